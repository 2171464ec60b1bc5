/* baseline_ping PORT COUNT: sends COUNT texts of 64 bytes through the echo server on a port of
 * 127.0.0.1, as plain as C allows. Prints the median time: p50_us=11.2 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "listen.h"

enum { size = 64 };

static double microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int by_size(const void* a, const void* b) {
  const double one = *(const double*)a;
  const double other = *(const double*)b;
  return (one > other) - (one < other);
}

static double round_trip(int fd, const char* text) {
  char answer[size];
  size_t came = 0;
  const double began = microseconds();
  if (send(fd, text, size, MSG_NOSIGNAL) != size) die("send");
  while (came < size) {
    const ssize_t got = recv(fd, answer + came, size - came, 0);
    if (got <= 0) die("recv");
    came += (size_t)got;
  }
  const double took = microseconds() - began;
  if (memcmp(answer, text, size) != 0) {
    fputs("baseline_ping: another text came back\n", stderr);
    exit(1);
  }
  return took;
}

int main(int argc, char** argv) {
  const size_t count = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
  if (count == 0) return 2;
  const struct sockaddr_in server = {.sin_family = AF_INET,
                                     .sin_port = htons((in_port_t)strtoul(argv[1], NULL, 10)),
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (const struct sockaddr*)&server, sizeof server) != 0) die("connect");
  without_delay(fd);
  double* times = calloc(count, sizeof *times);
  if (times == NULL) die("calloc");
  char text[size];
  memset(text, 'x', size - 1);
  text[size - 1] = '\n';
  for (size_t i = 0; i < count; ++i) times[i] = round_trip(fd, text);
  close(fd);
  qsort(times, count, sizeof *times, by_size);
  printf("p50_us=%.1f\n", times[(count - 1) / 2]);
  free(times);
  return 0;
}
