/* baseline_threads echo|lines [NUMBER]: a thread for each connection, as plain as C allows. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lines.h"
#include "listen.h"

enum { buffer_size = 64 * 1024, stack_size = 256 * 1024 };

static bool send_all(int fd, const char* data, size_t size) {
  while (size > 0) {
    const ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
    if (sent < 0) return false;
    data += sent;
    size -= (size_t)sent;
  }
  return true;
}

static void* echo(void* connection) {
  const int fd = (int)(intptr_t)connection;
  char buffer[buffer_size];
  ssize_t got;
  while ((got = recv(fd, buffer, sizeof buffer, 0)) > 0) {
    if (!send_all(fd, buffer, (size_t)got)) break;
  }
  close(fd);
  return NULL;
}

/* A line that fills the buffer ends the connection. */
static void* answer_lines(void* connection) {
  const int fd = (int)(intptr_t)connection;
  char buffer[buffer_size];
  size_t kept = 0;
  ssize_t got;
  while ((got = recv(fd, buffer + kept, sizeof buffer - kept, 0)) > 0) {
    const size_t size = kept + (size_t)got;
    const struct lines lines = cut_lines(buffer, size);
    if (!send_all(fd, buffer, lines.bytes) || lines.quit) break;
    kept = size - lines.bytes;
    memmove(buffer, buffer + lines.bytes, kept);
  }
  close(fd);
  return NULL;
}

int main(int argc, char** argv) {
  void* (*serve)(void*) = argc > 1 && strcmp(argv[1], "lines") == 0 ? answer_lines : echo;
  const int listener = listen_and_say(argc > 2 ? argv[2] : NULL);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_size);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  for (;;) {
    const int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) die("accept4");
    without_delay(fd);
    pthread_t thread;
    if (pthread_create(&thread, &attributes, serve, (void*)(intptr_t)fd) != 0) close(fd);
  }
}
