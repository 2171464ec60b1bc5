#include "net/bind_hosts.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "net/resolve.hpp"
#include "net/socket_address.hpp"
#include "net/system_error.hpp"

namespace sock {
namespace {

using asio::ip::tcp;

struct Candidate {
  std::string host;  // as the user wrote it
  tcp::endpoint endpoint;
  bool may_be_missing;  // this machine may not support its family
  Transport transport;
};

std::vector<Candidate> addresses_of(const BindRequest& request) {
  std::vector<Candidate> addresses;
  for (const auto& host : request.hosts) {
    const bool may_be_missing = request.family == Family::any && is_every_family(host);
    for (const auto& endpoint : resolve(host, request.port, request.family, Purpose::listen)) {
      const auto same =
          std::find_if(addresses.begin(), addresses.end(),
                       [&](const Candidate& other) { return other.endpoint == endpoint; });
      if (same == addresses.end()) {
        addresses.push_back({host, endpoint, may_be_missing, request.transport});
      } else if (!may_be_missing) {
        *same = {host, endpoint, false, request.transport};  // now a host asks for this address
      }
    }
  }
  return addresses;
}

bool is_missing_family(std::error_code ec) {
  return ec == std::errc::address_family_not_supported || ec == std::errc::address_not_available;
}

[[noreturn]] void cannot_listen(const Candidate& address, std::error_code ec,
                                const std::string& note = {}) {
  const auto host = address.host == "*" ? address.endpoint.address().to_string() : address.host;
  const auto port = std::to_string(address.endpoint.port());
  const std::string udp = address.transport == Transport::udp ? "udp " : "";
  throw NotedError(ec, "cannot listen on " + udp + host + " port " + port, note);
}

// 0.0.0.0 covers every IPv4 address, and :: every IPv6 address: the system refuses the second of
// two such sockets, whichever it is. The narrower one is not needed.
void refuse_covered(const std::vector<Candidate>& addresses) {
  for (const auto& wide : addresses) {
    if (!wide.endpoint.address().is_unspecified()) continue;
    for (const auto& narrow : addresses) {
      if (narrow.endpoint == wide.endpoint) continue;
      if (narrow.endpoint.protocol() != wide.endpoint.protocol()) continue;
      cannot_listen(narrow, std::make_error_code(std::errc::address_in_use),
                    " (" + wide.endpoint.address().to_string() + " already covers " +
                        narrow.endpoint.address().to_string() + ")");
    }
  }
}

// One attempt. Returns an empty vector if the port that the first address got is taken at another
// address; the next attempt may get another port.
std::vector<Descriptor> try_open(const BindRequest& request, std::vector<Candidate> addresses,
                                 const OpenAt& open, bool is_last) {
  std::vector<Descriptor> opened;
  std::error_code missing;
  const bool may_differ = request.port == 0 && !is_last;
  for (auto& address : addresses) {
    if (!opened.empty()) address.endpoint.port(local_endpoint(opened.front().get()).port);
    try {
      opened.push_back(open(address.endpoint));
    } catch (const std::system_error& error) {
      const auto ec = of_system(error.code());
      if (address.may_be_missing && is_missing_family(ec)) {
        missing = ec;
      } else if (may_differ && !opened.empty() && ec == std::errc::address_in_use) {
        return {};
      } else {
        cannot_listen(address, ec);
      }
    }
  }
  if (opened.empty()) cannot_listen(addresses.front(), missing);
  return opened;
}

}  // namespace

std::vector<Descriptor> bind_hosts(const BindRequest& request, const OpenAt& open) {
  constexpr int attempts = 100;
  const auto addresses = addresses_of(request);
  refuse_covered(addresses);
  for (int attempt = 1;; ++attempt) {
    auto opened = try_open(request, addresses, open, attempt == attempts);
    if (!opened.empty()) return opened;
  }
}

}  // namespace sock
