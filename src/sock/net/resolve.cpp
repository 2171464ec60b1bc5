#include "net/resolve.hpp"

#include <netdb.h>
#include <strings.h>

#include <algorithm>
#include <asio/ip/address.hpp>
#include <cstring>
#include <memory>
#include <system_error>

#include "net/system_error.hpp"

namespace sock {
namespace {

using asio::ip::tcp;

class LookUpCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "look-up"; }
  std::string message(int code) const override { return ::gai_strerror(code); }
};

std::error_code look_up_error(int code) {
  static const LookUpCategory category;
  return code == EAI_SYSTEM ? last_error() : std::error_code(code, category);
}

bool is_localhost(const std::string& host) { return ::strcasecmp(host.c_str(), "localhost") == 0; }

std::string without_brackets(const std::string& host) {
  const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return in_brackets ? host.substr(1, host.size() - 2) : host;
}

std::vector<tcp::endpoint> look_up(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(without_brackets(host).c_str(), nullptr, &hints, &found);
  if (code != 0) {
    throw std::system_error(look_up_error(code), "cannot find host \"" + host + "\"");
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);

  std::vector<tcp::endpoint> endpoints;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
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
                                   Purpose purpose) {
  using namespace asio::ip;
  std::vector<tcp::endpoint> endpoints;
  if (is_localhost(host)) {
    endpoints = {{address_v4::loopback(), port}, {address_v6::loopback(), port}};
    if (purpose == Purpose::connect) std::reverse(endpoints.begin(), endpoints.end());
  } else if (host == "*" && purpose == Purpose::listen) {
    endpoints = {{address_v4::any(), port}, {address_v6::any(), port}};
  } else {
    endpoints = look_up(host, port);
  }
  std::erase_if(endpoints, [family](const tcp::endpoint& endpoint) {
    return (family == Family::ipv4 && !endpoint.address().is_v4()) ||
           (family == Family::ipv6 && !endpoint.address().is_v6());
  });
  if (endpoints.empty()) {
    throw std::system_error(look_up_error(EAI_ADDRFAMILY), "cannot find host \"" + host + "\"");
  }
  return endpoints;
}

bool is_every_family(const std::string& host) { return is_localhost(host) || host == "*"; }

Endpoint to_endpoint(const tcp::endpoint& endpoint) {
  return {endpoint.address().to_string(), endpoint.port()};
}

}  // namespace sock
