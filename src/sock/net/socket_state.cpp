#include "net/socket_state.hpp"

#include <linux/sock_diag.h>  // SK_MEMINFO_*
#include <linux/sockios.h>    // SIOCOUTQ
#include <linux/tcp.h>        // the C library's copy of tcp_info lacks tcpi_bytes_acked
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace sock {
namespace {

// The states of RFC 9293, 3.3.2, as tcpi_state numbers them.
constexpr int fin_wait_2 = 5;
constexpr int time_wait = 6;
constexpr int closed = 7;

tcp_info info_of(int fd) {
  tcp_info info{};
  info.tcpi_state = closed;
  socklen_t size = sizeof info;
  ::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size);
  return info;
}

std::size_t size_of(int fd, unsigned long request) {
  int bytes = 0;
  ::ioctl(fd, request, &bytes);
  return static_cast<std::size_t>(std::max(bytes, 0));
}

}  // namespace

std::size_t unread_bytes(int fd) { return size_of(fd, FIONREAD); }

bool is_hung_up(int fd) {
  pollfd one{fd, 0, 0};
  return ::poll(&one, 1, 0) > 0 && (one.revents & (POLLHUP | POLLERR)) != 0;
}

std::uint64_t acknowledged_bytes(int fd) {
  const tcp_info info = info_of(fd);
  // The system counts our FIN as a byte.
  const bool has_end = info.tcpi_state == fin_wait_2 || info.tcpi_state == time_wait;
  return info.tcpi_bytes_acked - (has_end ? 1 : 0);
}

bool has_unacknowledged(int fd) {
  const tcp_info info = info_of(fd);
  return info.tcpi_unacked > 0 || info.tcpi_notsent_bytes > 0;
}

bool is_busy(int fd) {
  constexpr unsigned lately = 1000;  // ms
  const tcp_info info = info_of(fd);
  return info.tcpi_last_data_sent < lately || info.tcpi_last_data_recv < lately;
}

bool is_receive_buffer_full(int fd) {
  std::array<unsigned, SK_MEMINFO_VARS> memory{};
  socklen_t size = sizeof memory;
  if (::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory.data(), &size) != 0) return false;
  return memory[SK_MEMINFO_RMEM_ALLOC] >= memory[SK_MEMINFO_RCVBUF] / 2;
}

std::size_t unread_by_peer(int fd) { return size_of(fd, SIOCOUTQ); }

}  // namespace sock
