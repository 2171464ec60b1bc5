#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace sock {

/// False: the socket has no such option (errno).
inline bool set_option(int fd, int level, int option, int value) {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

/// An option of any socket (SOL_SOCKET); 0 if it has no such option.
inline int option_of(int fd, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : 0;
}

/// Closing it will be a reset (RST), of a TCP socket.
inline void reset_at_close(int fd) {
  const linger none{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

/// An urgent byte (MSG_OOB) is data like any other. Out of line it would be lost to recv(2), and
/// hide what is behind it from FIONREAD.
inline void take_urgent_as_data(int fd) { set_option(fd, SOL_SOCKET, SO_OOBINLINE, 1); }

/// With Nagle's algorithm (RFC 9293, 3.7.4) less than a segment waits until all that was sent
/// before is acknowledged; we leave it off unless somebody wants to see it.
inline void set_nagle(int fd, bool is_on) {
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, is_on ? 0 : 1);
}

/// A peer from which nothing comes is asked each second whether its system still knows the
/// connection, and given up after two minutes without an answer; else both takes hours.
inline void ask_often_for_peer(int fd) {
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 120);
}

/// What every TCP socket of ours has; accepted ones inherit it, which saves three system calls for
/// each of them.
inline void prepare_for_tcp(int fd, bool nagle) {
  set_nagle(fd, nagle);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  take_urgent_as_data(fd);
}

}  // namespace sock
