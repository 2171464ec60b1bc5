#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace sock {

/// Returns false if the socket has no such option (errno).
inline bool set_option(int fd, int level, int option, int value) {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

/// The value of an option of any socket (SOL_SOCKET); 0 if the socket has no such option.
inline int option_of(int fd, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : 0;
}

/// Makes the close of a TCP socket a reset (RST).
inline void reset_at_close(int fd) {
  const linger none{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

/// Makes an urgent byte (MSG_OOB) data like any other. Otherwise recv(2) would skip it, and
/// FIONREAD would not count the bytes after it.
inline void take_urgent_as_data(int fd) { set_option(fd, SOL_SOCKET, SO_OOBINLINE, 1); }

/// With Nagle's algorithm (RFC 9293, 3.7.4), data of less than a segment waits until all earlier
/// data is acknowledged. It is off unless the user asks for it.
inline void set_nagle(int fd, bool is_on) {
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, is_on ? 0 : 1);
}

/// Sends keepalive probes to a silent peer every second, to see whether its system still knows the
/// connection. After two minutes without an answer the connection is lost. By default, both take
/// hours.
inline void ask_often_for_peer(int fd) {
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 120);
}

/// Sets the options of every TCP socket of ours. Accepted sockets inherit them from the listener,
/// which saves three system calls for each.
inline void prepare_for_tcp(int fd, bool nagle) {
  set_nagle(fd, nagle);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  take_urgent_as_data(fd);
}

}  // namespace sock
