#include "system_rtt.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace sockclient {

std::optional<std::chrono::microseconds> system_rtt(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || info.tcpi_rtt == 0) return {};
  return std::chrono::microseconds(info.tcpi_rtt);
}

}  // namespace sockclient
