#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/// Whether less than a segment waits until everything sent before is acknowledged.
inline bool has_nagle(int fd) {
  int no_delay = -1;
  socklen_t size = sizeof no_delay;
  return ::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &size) == 0 && no_delay == 0;
}
