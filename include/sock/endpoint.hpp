#pragma once

#include <cstdint>
#include <string>

namespace sock {

/// By which kind of socket two ends reach each other.
enum class Transport : std::uint8_t {
  tcp,
  udp,
  local,  ///< on this machine, by a path (unix(7))
};

/// One end of a connection: a numeric IPv4 or IPv6 address and a port; or, of Transport::local, a
/// path, and who is there.
struct Endpoint {
  static constexpr std::uint32_t no_user = ~std::uint32_t{0};

  std::string address{};  ///< local: the path, `@NAME` if it is abstract; empty if it has none
  std::uint16_t port = 0;
  Transport transport = Transport::tcp;
  std::int32_t pid = 0;         ///< local: the peer's process as it connected; 0: not known
  std::uint32_t uid = no_user;  ///< local: its user

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// `127.0.0.1:9999`, or `[::1]:9999` (RFC 3986, 3.2.2); `unix:/run/chat`; for a peer without a path
/// `unix (pid 4711, uid 1000)`.
std::string to_string(const Endpoint& endpoint);

/// Which addresses of a host may be used.
enum class Family { any, ipv4, ipv6 };

}  // namespace sock
