#pragma once

#include <cstdint>
#include <string>

namespace sock {

/// One end of a connection: a numeric IPv4 or IPv6 address and a port.
struct Endpoint {
  std::string address;
  std::uint16_t port = 0;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// `127.0.0.1:9999`, or `[::1]:9999` (RFC 3986, 3.2.2).
std::string to_string(const Endpoint& endpoint);

/// Which addresses of a host may be used.
enum class Family { any, ipv4, ipv6 };

}  // namespace sock
