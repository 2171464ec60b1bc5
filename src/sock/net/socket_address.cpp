#include "net/socket_address.hpp"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <array>
#include <asio/ip/address.hpp>
#include <asio/ip/tcp.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

#include "net/local_socket.hpp"

namespace sock {
namespace {

template <typename Address>
const Address& as(const SocketAddress& address) {
  return reinterpret_cast<const Address&>(address.storage);
}

std::string to_text(int family, const void* numeric) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(family, numeric, text.data(), text.size()) == nullptr ? "" : text.data();
}

// A link-local address needs the name of its link, the zone (RFC 4007, 11).
std::string with_scope(const sockaddr_in6& address) {
  std::string text = to_text(AF_INET6, &address.sin6_addr);
  if (address.sin6_scope_id == 0) return text;
  std::array<char, IF_NAMESIZE> name{};
  if (::if_indextoname(address.sin6_scope_id, name.data()) != nullptr) {
    return text + "%" + name.data();
  }
  return text + "%" + std::to_string(address.sin6_scope_id);
}

// An abstract name ends where the address ends, not at a NUL (unix(7)).
std::string path_of(const SocketAddress& address) {
  constexpr socklen_t before = offsetof(sockaddr_un, sun_path);
  if (address.size <= before) return {};
  const std::string_view path(as<sockaddr_un>(address).sun_path, address.size - before);
  if (path.front() == '\0') return "@" + std::string(path.substr(1));
  return std::string(path.substr(0, path.find('\0')));
}

}  // namespace

std::optional<SocketAddress> unmapped(const SocketAddress& address) {
  if (address.storage.ss_family != AF_INET6) return {};
  const auto& mapped = as<sockaddr_in6>(address);
  if (!IN6_IS_ADDR_V4MAPPED(&mapped.sin6_addr)) return {};
  SocketAddress unmapped{.size = sizeof(sockaddr_in)};
  auto& ipv4 = reinterpret_cast<sockaddr_in&>(unmapped.storage);
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = mapped.sin6_port;
  std::memcpy(&ipv4.sin_addr, mapped.sin6_addr.s6_addr + 12, sizeof ipv4.sin_addr);
  return unmapped;
}

Endpoint to_endpoint(const SocketAddress& address, Transport transport) {
  Endpoint endpoint{.transport = transport};
  switch (address.storage.ss_family) {
    case AF_INET:
      endpoint.address = to_text(AF_INET, &as<sockaddr_in>(address).sin_addr);
      endpoint.port = ntohs(as<sockaddr_in>(address).sin_port);
      break;
    case AF_INET6:
      if (const auto ipv4 = unmapped(address)) return to_endpoint(*ipv4, transport);
      endpoint.address = with_scope(as<sockaddr_in6>(address));
      endpoint.port = ntohs(as<sockaddr_in6>(address).sin6_port);
      break;
    case AF_UNIX:
      endpoint.address = path_of(address);
      endpoint.transport = Transport::local;
      break;
    default:
      break;
  }
  return endpoint;
}

SocketAddress to_socket_address(const Endpoint& endpoint) {
  if (endpoint.transport == Transport::local) return local_address(endpoint.address);
  asio::error_code ec;
  const auto numeric = asio::ip::make_address(endpoint.address, ec);
  if (ec) {
    throw std::system_error(std::make_error_code(std::errc::invalid_argument), to_string(endpoint));
  }
  return to_socket_address(asio::ip::tcp::endpoint(numeric, endpoint.port));
}

Endpoint local_endpoint(int fd) {
  SocketAddress address;
  if (::getsockname(fd, address.data(), &address.size) != 0) return {};
  return to_endpoint(address);
}

Endpoint peer_endpoint(int fd, const SocketAddress& address) {
  auto peer = to_endpoint(address);
  if (peer.transport != Transport::local) return peer;
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0) {
    peer.pid = who.pid;
    peer.uid = who.uid;
  }
  return peer;
}

bool is_numeric_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

int family_of(int fd) {
  int family = 0;
  socklen_t size = sizeof family;
  return ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size) == 0 ? family : 0;
}

}  // namespace sock
