#include "own_address.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace sockserver {
namespace {

// Connecting a datagram socket only chooses the route, and with it our address. `target` is an
// address for documentation, which no machine has.
std::string source_towards(const char* target) {
  constexpr const char* discard_port = "9";
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(target, discard_port, &hints, &found) != 0) return {};

  sockaddr_storage own{};
  socklen_t size = sizeof own;
  auto* const address = reinterpret_cast<sockaddr*>(&own);
  const int fd = ::socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const bool is_known = fd >= 0 && ::connect(fd, found->ai_addr, found->ai_addrlen) == 0 &&
                        ::getsockname(fd, address, &size) == 0;
  if (fd >= 0) ::close(fd);
  ::freeaddrinfo(found);

  std::array<char, NI_MAXHOST> text{};
  if (!is_known ||
      ::getnameinfo(address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
    return {};
  }
  return text.data();
}

}  // namespace

std::string own_address(sock::Family family) {
  constexpr const char* ipv4 = "192.0.2.1";    // RFC 5737
  constexpr const char* ipv6 = "2001:db8::1";  // RFC 3849
  return source_towards(family == sock::Family::ipv6 ? ipv6 : ipv4);
}

}  // namespace sockserver
