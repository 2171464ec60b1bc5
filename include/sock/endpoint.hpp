#pragma once

#include <cstdint>
#include <string>

namespace sock {

/// The kind of socket that connects two endpoints.
enum class Transport : std::uint8_t {
  tcp,
  udp,
  local,  ///< on this machine, by a path (unix(7))
};

/// One end of a connection: a numeric IPv4 or IPv6 address and a port; or, for Transport::local, a
/// path and the peer's process and user.
struct Endpoint {
  static constexpr std::uint32_t no_user = ~std::uint32_t{0};

  std::string address{};  ///< local: the path, `@NAME` if it is abstract; empty if it has none
  std::uint16_t port = 0;
  Transport transport = Transport::tcp;
  std::int32_t pid = 0;         ///< local: the peer's process when it connected; 0: unknown
  std::uint32_t uid = no_user;  ///< local: the user of that process

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// `127.0.0.1:9999`, or `[::1]:9999` (RFC 3986, 3.2.2); `unix:/run/chat`; for a peer without a path
/// `unix (pid 4711, uid 1000)`.
std::string to_string(const Endpoint& endpoint);

/// Which addresses of a host may be used.
enum class Family { any, ipv4, ipv6 };

}  // namespace sock
