/* baseline_epoll echo|lines [NUMBER]: one thread, level-triggered epoll, one read buffer for all
 * clients.
 *
 * Unsent bytes and the beginning of a line are kept on the heap; a client with unsent bytes is not
 * read from. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lines.h"
#include "listen.h"

enum { buffer_size = 64 * 1024, most_files = 1 << 20, events_size = 512 };

struct rest {
  size_t from, end; /* bytes to be sent */
  size_t size;      /* from `end` on: the beginning of a line */
  bool quit;        /* when all is sent */
  char data[];
};

static struct rest* rests[most_files]; /* by descriptor; most are NULL */
static char buffer[buffer_size];
static int epoll_fd;
static bool by_lines;

static void drop(int fd) {
  free(rests[fd]);
  rests[fd] = NULL;
  close(fd);
}

static void watch(int operation, int fd, unsigned events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  if (epoll_ctl(epoll_fd, operation, fd, &event) != 0) die("epoll_ctl");
}

static void keep(int fd, const char* data, size_t unsent, size_t size, bool quit) {
  struct rest* rest = malloc(sizeof *rest + size);
  if (rest == NULL) die("malloc");
  *rest = (struct rest){.end = unsent, .size = size, .quit = quit};
  memcpy(rest->data, data, size);
  rests[fd] = rest;
}

/* Returns how many bytes were sent, or -1 if the client is gone. */
static ssize_t send_some(int fd, const char* data, size_t size) {
  if (size == 0) return 0;
  const ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
  return sent < 0 && errno == EAGAIN ? 0 : sent;
}

static void read_and_answer(int fd) {
  size_t size = 0;
  if (rests[fd] != NULL) {
    size = rests[fd]->size;
    memcpy(buffer, rests[fd]->data, size);
    free(rests[fd]);
    rests[fd] = NULL;
  }
  const ssize_t got = recv(fd, buffer + size, sizeof buffer - size, 0);
  if (got <= 0) {
    drop(fd);
    return;
  }
  size += (size_t)got;
  const struct lines lines = by_lines ? cut_lines(buffer, size) : (struct lines){size, false};
  const ssize_t sent = send_some(fd, buffer, lines.bytes);
  const size_t unsent = lines.bytes - (size_t)sent;
  if (sent < 0 || (lines.quit && unsent == 0)) {
    drop(fd);
    return;
  }
  if (size > (size_t)sent) keep(fd, buffer + sent, unsent, size - (size_t)sent, lines.quit);
  if (unsent > 0) watch(EPOLL_CTL_MOD, fd, EPOLLOUT);
}

static void send_rest(int fd) {
  struct rest* rest = rests[fd];
  const ssize_t sent = send_some(fd, rest->data + rest->from, rest->end - rest->from);
  if (sent < 0) {
    drop(fd);
    return;
  }
  rest->from += (size_t)sent;
  if (rest->from < rest->end) return;
  if (rest->quit) {
    drop(fd);
    return;
  }
  rests[fd] = NULL;
  if (rest->size > rest->end) keep(fd, rest->data + rest->end, 0, rest->size - rest->end, false);
  free(rest);
  watch(EPOLL_CTL_MOD, fd, EPOLLIN);
}

static void accept_all(int listener) {
  int fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    if (fd >= most_files) {
      close(fd);
      continue;
    }
    without_delay(fd);
    watch(EPOLL_CTL_ADD, fd, EPOLLIN);
  }
  if (errno != EAGAIN && errno != ECONNABORTED) die("accept4");
}

int main(int argc, char** argv) {
  by_lines = argc > 1 && strcmp(argv[1], "lines") == 0;
  const int listener = listen_and_say(argc > 2 ? argv[2] : NULL);
  fcntl(listener, F_SETFL, O_NONBLOCK);
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) die("epoll_create1");
  watch(EPOLL_CTL_ADD, listener, EPOLLIN);
  struct epoll_event events[events_size];
  for (;;) {
    const int ready = epoll_wait(epoll_fd, events, events_size, -1);
    for (int i = 0; i < ready; ++i) {
      const int fd = events[i].data.fd;
      if (fd == listener) {
        accept_all(listener);
      } else if (rests[fd] != NULL && rests[fd]->end > 0) {
        send_rest(fd);
      } else {
        read_and_answer(fd);
      }
    }
  }
}
