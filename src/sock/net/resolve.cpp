#include "net/resolve.hpp"

#include <netdb.h>

#include <algorithm>
#include <asio/ip/address.hpp>
#include <cctype>
#include <cstring>
#include <string_view>
#include <system_error>

#include "net/look_up.hpp"

namespace sock {
namespace {

using asio::ip::tcp;

class LookUpCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "look-up"; }
  std::string message(int code) const override { return ::gai_strerror(code); }
};

std::error_code look_up_error(int code, int error = 0) {
  static const LookUpCategory category;
  if (code == EAI_SYSTEM) return {error, std::system_category()};
  return {code, category};
}

[[noreturn]] void cannot_find(const std::string& host, std::error_code ec) {
  throw std::system_error(ec, "cannot find host \"" + host + "\"");
}

bool is_same_name(std::string_view a, std::string_view b) {
  const auto is_same = [](unsigned char one, unsigned char other) {
    return std::tolower(one) == std::tolower(other);
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), is_same);
}

// `localhost` and every name below it, with or without a dot at the end.
bool is_localhost(std::string_view host) {
  constexpr std::string_view below = ".localhost";
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.size() <= below.size()) return is_same_name(host, below.substr(1));
  return is_same_name(host.substr(host.size() - below.size()), below);
}

std::string without_brackets(const std::string& host) {
  const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return in_brackets ? host.substr(1, host.size() - 2) : host;
}

std::vector<tcp::endpoint> found_addresses(const std::string& host, std::uint16_t port,
                                           Clock::time_point deadline) {
  const auto found = look_up(without_brackets(host), deadline);
  if (!found) cannot_find(host, std::make_error_code(std::errc::timed_out));
  if (found->code != 0) cannot_find(host, look_up_error(found->code, found->error));

  std::vector<tcp::endpoint> endpoints;
  for (const addrinfo* one = found->addresses.get(); one != nullptr; one = one->ai_next) {
    tcp::endpoint endpoint;
    if (one->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), one->ai_addr, one->ai_addrlen);
    endpoint.resize(one->ai_addrlen);
    endpoint.port(port);
    endpoints.push_back(endpoint);
  }
  return endpoints;
}

}  // namespace

std::vector<tcp::endpoint> resolve(const std::string& host, std::uint16_t port, Family family,
                                   Purpose purpose, Clock::time_point deadline) {
  using namespace asio::ip;
  std::vector<tcp::endpoint> endpoints;
  if (is_localhost(host)) {
    endpoints = {{address_v4::loopback(), port}, {address_v6::loopback(), port}};
    if (purpose == Purpose::connect) std::reverse(endpoints.begin(), endpoints.end());
  } else if (host == "*" && purpose == Purpose::listen) {
    endpoints = {{address_v4::any(), port}, {address_v6::any(), port}};
  } else {
    endpoints = found_addresses(host, port, deadline);
  }
  std::erase_if(endpoints, [family](const tcp::endpoint& endpoint) {
    return (family == Family::ipv4 && !endpoint.address().is_v4()) ||
           (family == Family::ipv6 && !endpoint.address().is_v6());
  });
  if (endpoints.empty()) {
    throw std::system_error(
        look_up_error(EAI_ADDRFAMILY),
        "host \"" + host + "\" has no address of " + (family == Family::ipv6 ? "IPv6" : "IPv4"));
  }
  return endpoints;
}

bool is_every_family(const std::string& host) { return is_localhost(host) || host == "*"; }

}  // namespace sock
