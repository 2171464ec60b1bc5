/* baseline_datagrams: echoes datagrams one by one, with recvfrom and sendto. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#include "listen.h"

enum { buffer_size = 64 * 1024 };

int main(void) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) die("socket");
  struct sockaddr_in address = {.sin_family = AF_INET};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(fd, (struct sockaddr*)&address, size) != 0) die("bind");
  getsockname(fd, (struct sockaddr*)&address, &size);
  printf("listening on udp port %d\n", ntohs(address.sin_port));
  fflush(stdout);
  char buffer[buffer_size];
  for (;;) {
    struct sockaddr_in peer;
    socklen_t length = sizeof peer;
    const ssize_t got = recvfrom(fd, buffer, sizeof buffer, 0, (struct sockaddr*)&peer, &length);
    if (got < 0) continue;
    sendto(fd, buffer, (size_t)got, 0, (struct sockaddr*)&peer, length);
  }
}
