#include "net/tcp_state.hpp"

#include <linux/tcp.h>  // the C library's copy of tcp_info stops short of tcpi_bytes_acked
#include <netinet/in.h>
#include <sys/socket.h>

namespace sock {
namespace {

// The states of RFC 9293, 3.3.2, as tcpi_state numbers them.
constexpr int fin_wait_1 = 4;
constexpr int fin_wait_2 = 5;
constexpr int time_wait = 6;
constexpr int closed = 7;
constexpr int last_ack = 9;
constexpr int closing = 11;

tcp_info info_of(int fd) {
  tcp_info info{};
  info.tcpi_state = closed;
  socklen_t size = sizeof info;
  ::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size);
  return info;
}

}  // namespace

std::uint64_t acknowledged_bytes(int fd) {
  const tcp_info info = info_of(fd);
  // The system counts our end as a byte.
  const bool has_end = info.tcpi_state == fin_wait_2 || info.tcpi_state == time_wait;
  return info.tcpi_bytes_acked - (has_end ? 1 : 0);
}

bool is_end_acknowledged(int fd) {
  const int state = info_of(fd).tcpi_state;
  return state != fin_wait_1 && state != closing && state != last_ack;
}

bool has_unacknowledged(int fd) {
  const tcp_info info = info_of(fd);
  return info.tcpi_unacked > 0 || info.tcpi_notsent_bytes > 0;
}

bool is_busy(int fd) {
  constexpr unsigned lately = 200;  // ms
  const tcp_info info = info_of(fd);
  return info.tcpi_last_data_sent < lately || info.tcpi_last_data_recv < lately;
}

}  // namespace sock
