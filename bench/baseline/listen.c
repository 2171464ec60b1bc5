#define _GNU_SOURCE
#include "listen.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

_Noreturn void die(const char* name) {
  perror(name);
  exit(1);
}

void without_delay(int fd) {
  const int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

static int listen_at_name(const char* number) {
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) die("socket");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const int size =
      snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "sock-bench-%s", number);
  const socklen_t whole = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)size);
  if (bind(listener, (struct sockaddr*)&address, whole) != 0) die("bind");
  if (listen(listener, 65535) != 0) die("listen");
  printf("listening on unix:@sock-bench-%s\n", number);
  fflush(stdout);
  return listener;
}

int listen_and_say(const char* number) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if (number != NULL) return listen_at_name(number);

  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) die("socket");
  const int yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  struct sockaddr_in address = {.sin_family = AF_INET};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr*)&address, size) != 0) die("bind");
  if (listen(listener, 65535) != 0) die("listen"); /* the system limits it */
  getsockname(listener, (struct sockaddr*)&address, &size);
  printf("listening on port %d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}
