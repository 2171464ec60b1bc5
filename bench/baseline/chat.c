/* baseline_chat: a chat of lines on epoll, as a good C programmer writes it.
 *
 * A line goes to all members except its author, with the author's name before it. It is built once
 * and shared, with a count of the members that still have to send it. Delivering only appends to a
 * ring and marks the member; at the end of each turn, marked members send up to 64 lines each. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "listen.h"

enum { buffer_size = 64 * 1024, events_size = 512, longest_line = 4096, at_once = 64 };

struct text {
  unsigned owners;
  size_t size;
  char data[];
};

struct member {
  int fd;
  unsigned number, place;
  bool marked, blocked, gone;
  size_t sent;        /* of the first text in the ring */
  struct text** ring; /* its size is a power of two */
  unsigned first, last, ring_size;
  size_t kept; /* the beginning of a line */
  char* line;
};

static struct member** members;
static struct member** marked;
static unsigned member_count, marked_count, room_size, guests;
static char buffer[buffer_size];
static int epoll_fd;

static void* or_die(void* memory) {
  if (memory == NULL) die("malloc");
  return memory;
}

static void watch(int operation, struct member* member, unsigned events) {
  struct epoll_event event = {.events = events, .data.ptr = member};
  if (epoll_ctl(epoll_fd, operation, member->fd, &event) != 0) die("epoll_ctl");
}

static void release(struct text* text) {
  if (--text->owners == 0) free(text);
}

static void mark(struct member* member) {
  if (member->marked) return;
  member->marked = true;
  marked[marked_count++] = member;
}

static void append(struct member* member, struct text* text) {
  if (member->last - member->first == member->ring_size) {
    const unsigned size = member->ring_size == 0 ? 16 : 2 * member->ring_size;
    struct text** ring = or_die(malloc(size * sizeof *ring));
    unsigned count = 0;
    for (unsigned i = member->first; i != member->last; ++i) {
      ring[count++] = member->ring[i & (member->ring_size - 1)];
    }
    free(member->ring);
    member->ring = ring;
    member->first = 0;
    member->last = count;
    member->ring_size = size;
  }
  member->ring[member->last++ & (member->ring_size - 1)] = text;
  ++text->owners;
  if (!member->blocked) mark(member);
}

static void say(struct member* author, const char* line, size_t size) {
  char name[32];
  const size_t name_size = (size_t)snprintf(name, sizeof name, "guest%u: ", author->number);
  struct text* text = or_die(malloc(sizeof *text + name_size + size + 1));
  text->owners = 1;
  text->size = name_size + size + 1;
  memcpy(text->data, name, name_size);
  memcpy(text->data + name_size, line, size);
  text->data[text->size - 1] = '\n';
  for (unsigned i = 0; i < member_count; ++i) {
    if (members[i] != author) append(members[i], text);
  }
  release(text);
}

/* Freed at the end of the turn: an event or a mark may still refer to the member. */
static void leave(struct member* member) {
  if (member->gone) return;
  member->gone = true;
  members[member->place] = members[--member_count];
  members[member->place]->place = member->place;
  close(member->fd);
  mark(member);
}

static void forget(struct member* member) {
  for (unsigned i = member->first; i != member->last; ++i) {
    release(member->ring[i & (member->ring_size - 1)]);
  }
  free(member->ring);
  free(member->line);
  free(member);
}

static void take_sent(struct member* member, size_t bytes) {
  bytes += member->sent;
  while (member->first != member->last) {
    struct text* text = member->ring[member->first & (member->ring_size - 1)];
    if (bytes < text->size) break;
    bytes -= text->size;
    release(text);
    ++member->first;
  }
  member->sent = bytes;
}

static void flush(struct member* member) {
  while (member->first != member->last) {
    struct iovec parts[at_once];
    unsigned count = 0;
    size_t all = 0;
    for (unsigned i = member->first; i != member->last && count < at_once; ++i, ++count) {
      struct text* text = member->ring[i & (member->ring_size - 1)];
      const size_t skipped = count == 0 ? member->sent : 0;
      parts[count] = (struct iovec){text->data + skipped, text->size - skipped};
      all += parts[count].iov_len;
    }
    const struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
    const ssize_t sent = sendmsg(member->fd, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
      leave(member);
      return;
    }
    if (sent > 0) take_sent(member, (size_t)sent);
    if (sent < 0 || (size_t)sent < all) {
      if (!member->blocked) watch(EPOLL_CTL_MOD, member, EPOLLIN | EPOLLOUT);
      member->blocked = true;
      return;
    }
  }
  if (member->blocked) watch(EPOLL_CTL_MOD, member, EPOLLIN);
  member->blocked = false;
}

static void flush_marked(void) {
  for (unsigned i = 0; i < marked_count; ++i) {
    struct member* member = marked[i];
    if (!member->gone) flush(member);
  }
  /* Members that left while sending were already marked, or are now at the end of the list. */
  for (unsigned i = 0; i < marked_count; ++i) {
    marked[i]->marked = false;
    if (marked[i]->gone) forget(marked[i]);
  }
  marked_count = 0;
}

static void hear(struct member* member) {
  const size_t kept = member->kept;
  if (kept > 0) memcpy(buffer, member->line, kept);
  const ssize_t got = recv(member->fd, buffer + kept, sizeof buffer - kept, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    leave(member);
    return;
  }
  const char* from = buffer;
  const char* end = buffer + kept + got;
  const char* line_end;
  while ((line_end = memchr(from, '\n', (size_t)(end - from))) != NULL) {
    const size_t size = (size_t)(line_end - from);
    if (size > 0 && size <= longest_line) say(member, from, size);
    from = line_end + 1;
  }
  member->kept = (size_t)(end - from);
  if (member->kept > longest_line) {
    leave(member);
  } else if (member->kept > 0) {
    if (member->line == NULL) member->line = or_die(malloc(longest_line));
    memcpy(member->line, from, member->kept);
  }
}

static void welcome(int fd) {
  if (member_count == room_size) {
    room_size = room_size == 0 ? 64 : 2 * room_size;
    members = or_die(realloc(members, room_size * sizeof(struct member*)));
    marked = or_die(realloc(marked, 2 * room_size * sizeof(struct member*)));
  }
  struct member* member = or_die(calloc(1, sizeof *member));
  member->fd = fd;
  member->number = ++guests;
  member->place = member_count;
  members[member_count++] = member;
  watch(EPOLL_CTL_ADD, member, EPOLLIN);
  struct text* text = or_die(malloc(sizeof *text + 64));
  text->owners = 1;
  text->size = (size_t)snprintf(text->data, 64, "* welcome, you are guest%u.\n", member->number);
  append(member, text);
  release(text);
}

int main(void) {
  struct member door = {.fd = listen_and_say(NULL)};
  fcntl(door.fd, F_SETFL, O_NONBLOCK);
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) die("epoll_create1");
  watch(EPOLL_CTL_ADD, &door, EPOLLIN);
  struct epoll_event events[events_size];
  for (;;) {
    const int ready = epoll_wait(epoll_fd, events, events_size, -1);
    for (int i = 0; i < ready; ++i) {
      struct member* member = events[i].data.ptr;
      if (member == &door) {
        int fd;
        while ((fd = accept4(door.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
          without_delay(fd);
          welcome(fd);
        }
      } else {
        if (!member->gone && (events[i].events & ~(unsigned)EPOLLOUT) != 0) hear(member);
        if (!member->gone && (events[i].events & EPOLLOUT) != 0) mark(member);
      }
    }
    flush_marked();
  }
}
