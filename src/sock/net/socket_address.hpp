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

/// The IPv4 address in an IPv4-mapped IPv6 address (`::ffff:127.0.0.1`; RFC 4291, 2.5.5.2), which a
/// socket of both families reports. Returns nullopt for any other address.
std::optional<SocketAddress> unmapped(const SocketAddress& address);

/// `transport` is that of an IP address. An IPv4-mapped address becomes an IPv4 address.
Endpoint to_endpoint(const SocketAddress& address, Transport transport = Transport::tcp);

/// The address of an Asio endpoint of any protocol.
template <typename AsioEndpoint, typename = typename AsioEndpoint::protocol_type>
SocketAddress to_socket_address(const AsioEndpoint& endpoint) {
  SocketAddress address{.size = static_cast<socklen_t>(endpoint.size())};
  std::memcpy(&address.storage, endpoint.data(), endpoint.size());
  return address;
}

/// The address of an endpoint with an IP address or a path. Throws std::system_error, which names
/// the endpoint, if it has none.
SocketAddress to_socket_address(const Endpoint& endpoint);

/// The socket's own end; empty if it has no address.
Endpoint local_endpoint(int fd);

/// The peer, whose address is known; at a UNIX socket with its process and user.
Endpoint peer_endpoint(int fd, const SocketAddress& address);

/// Whether `host` is an IPv4 or IPv6 address, without brackets and zone.
bool is_numeric_address(const std::string& host);

/// AF_INET, AF_INET6 or AF_UNIX.
int family_of(int fd);
inline bool is_local(int fd) { return family_of(fd) == AF_UNIX; }

}  // namespace sock
