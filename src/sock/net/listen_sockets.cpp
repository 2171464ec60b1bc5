#include "net/listen_sockets.hpp"

#include <algorithm>
#include <asio/ip/v6_only.hpp>
#include <climits>
#include <system_error>

#include "net/resolve.hpp"
#include "net/system_error.hpp"

namespace sock {
namespace {

using asio::ip::tcp;

struct Address {
  std::string host;  // as the user wrote it
  tcp::endpoint endpoint;
  bool may_be_missing;  // this machine may lack its family
};

std::vector<Address> addresses_of(const ListenRequest& request) {
  std::vector<Address> addresses;
  for (const auto& host : request.hosts) {
    const bool may_be_missing = request.family == Family::any && is_every_family(host);
    for (const auto& endpoint : resolve(host, request.port, request.family, Purpose::listen)) {
      const auto same = std::find_if(addresses.begin(), addresses.end(), [&](const Address& other) {
        return other.endpoint == endpoint;
      });
      if (same == addresses.end()) {
        addresses.push_back({host, endpoint, may_be_missing});
      } else if (!may_be_missing) {
        *same = {host, endpoint, false};  // now it is asked for by name
      }
    }
  }
  return addresses;
}

std::error_code listen(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, int backlog) try {
  acceptor.open(endpoint.protocol());
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  if (endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true));
  // Accepted sockets inherit these three, which saves three system calls for each of them.
  acceptor.set_option(tcp::no_delay(true));
  acceptor.set_option(asio::socket_base::keep_alive(true));
  // An urgent byte (MSG_OOB) is data like any other. Out of line it would be lost to recv(), and
  // hide what is behind it from FIONREAD.
  acceptor.set_option(asio::socket_base::out_of_band_inline(true));
  acceptor.bind(endpoint);
  acceptor.listen(backlog > 0 ? backlog : INT_MAX);  // the system cuts it to its own limit
  acceptor.non_blocking(true);
  // A client that has gone before it was accepted is told of; otherwise Asio would wait for
  // another.
  acceptor.set_option(asio::socket_base::enable_connection_aborted(true));
  return {};
} catch (const std::system_error& error) {
  return of_system(error.code());
}

bool is_missing_family(std::error_code ec) {
  return ec == std::errc::address_family_not_supported || ec == std::errc::address_not_available;
}

[[noreturn]] void cannot_listen(const Address& address, std::error_code ec,
                                const std::string& note = {}) {
  const auto host = address.host == "*" ? address.endpoint.address().to_string() : address.host;
  const auto port = std::to_string(address.endpoint.port());
  throw NotedError(ec, "cannot listen on " + host + " port " + port, note);
}

// 0.0.0.0 covers every address of IPv4, and :: of IPv6: the system refuses the second of two such
// sockets, whichever it is. The one that is not needed is the narrower one.
void refuse_covered(const std::vector<Address>& addresses) {
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

// One attempt. Empty: the port that the first address got is taken at another one, and may differ
// next time.
std::vector<tcp::acceptor> try_open(asio::io_context& context, const ListenRequest& request,
                                    std::vector<Address> addresses, bool is_last) {
  std::vector<tcp::acceptor> acceptors;
  std::error_code missing;
  const bool may_differ = request.port == 0 && !is_last;
  for (auto& address : addresses) {
    if (!acceptors.empty()) address.endpoint.port(acceptors.front().local_endpoint().port());
    tcp::acceptor acceptor(context);
    const std::error_code ec = listen(acceptor, address.endpoint, request.backlog);
    if (!ec) {
      acceptors.push_back(std::move(acceptor));
    } else if (address.may_be_missing && is_missing_family(ec)) {
      missing = ec;
    } else if (may_differ && !acceptors.empty() && ec == std::errc::address_in_use) {
      return {};
    } else {
      cannot_listen(address, ec);
    }
  }
  if (acceptors.empty()) cannot_listen(addresses.front(), missing);
  return acceptors;
}

}  // namespace

std::vector<tcp::acceptor> open_listeners(asio::io_context& context, const ListenRequest& request) {
  constexpr int attempts = 100;
  const auto addresses = addresses_of(request);
  refuse_covered(addresses);
  for (int attempt = 1;; ++attempt) {
    auto acceptors = try_open(context, request, addresses, attempt == attempts);
    if (!acceptors.empty()) return acceptors;
  }
}

bool is_out_of_resources(std::error_code ec) {
  return ec == std::errc::too_many_files_open || ec == std::errc::too_many_files_open_in_system ||
         ec == std::errc::no_buffer_space || ec == std::errc::not_enough_memory ||
         ec == std::errc::no_space_on_device;  // to wait for it: epoll_ctl(2)
}

}  // namespace sock
