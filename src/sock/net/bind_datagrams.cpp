#include "net/bind_datagrams.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <system_error>

#include "net/socket_address.hpp"
#include "net/system_error.hpp"

namespace sock {
namespace {

void check(int result) {
  if (result < 0) throw std::system_error(last_error());
}

}  // namespace

// No SO_REUSEADDR: with it, two UDP sockets can share a port, and one of them receives nothing.
std::vector<Descriptor> bind_datagrams(BindRequest request) {
  request.transport = Transport::udp;
  return bind_hosts(request, [](const asio::ip::tcp::endpoint& endpoint) {
    const auto address = to_socket_address(endpoint);
    Descriptor fd(::socket(address.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    check(fd.get());
    if (address.storage.ss_family == AF_INET6) {
      const int yes = 1;
      check(::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes));
    }
    check(::bind(fd.get(), address.data(), address.size));
    return fd;
  });
}

}  // namespace sock
