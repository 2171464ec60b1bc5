#pragma once

#include <sys/socket.h>

#include <cstring>
#include <optional>

#include "sock/endpoint.hpp"

namespace sock {

/// Room for the address of a socket of any kind.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* data() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// The address of IPv4 that stands in one of IPv6, as a socket of both families tells it
/// (`::ffff:127.0.0.1`; RFC 4291, 2.5.5.2). Nothing: it is no such address.
std::optional<SocketAddress> unmapped(const SocketAddress& address);

/// `transport` is what an address of IP belongs to. An address of IPv4 is shown as such.
Endpoint to_endpoint(const SocketAddress& address, Transport transport = Transport::tcp);

/// The address of one of Asio's endpoints, of whatever protocol.
template <typename AsioEndpoint, typename = typename AsioEndpoint::protocol_type>
SocketAddress to_socket_address(const AsioEndpoint& endpoint) {
  SocketAddress address{.size = static_cast<socklen_t>(endpoint.size())};
  std::memcpy(&address.storage, endpoint.data(), endpoint.size());
  return address;
}

/// And back: of an address of IP, or a path. Throws std::system_error, which names what is none.
SocketAddress to_socket_address(const Endpoint& endpoint);

/// The socket's own end; empty if it has none.
Endpoint local_endpoint(int fd);

/// The other end, whose address is known: at a UNIX socket it has a process and a user too.
Endpoint peer_endpoint(int fd, const SocketAddress& address);

/// Whether a host is called by its IPv4 or IPv6 address, without brackets and zone.
bool is_numeric_address(const std::string& host);

/// AF_INET, AF_INET6 or AF_UNIX.
int family_of(int fd);
inline bool is_local(int fd) { return family_of(fd) == AF_UNIX; }

}  // namespace sock
