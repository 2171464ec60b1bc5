/* baseline_tls_epoll FILE: one thread, level-triggered epoll, echo over TLS. FILE: certificate and
 * key.
 *
 * OpenSSL reads from and writes into two buffers that all clients share, through a BIO of our own:
 * one recv() and one send() for all records of a turn. Unsent bytes are kept on the heap; a client
 * with unsent bytes is not read from. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "listen.h"
#include "tls.h"

enum {
  input_size = 64 * 1024,
  output_size = 2 * input_size, /* an echo is as long as its input; a handshake needs more */
  record_size = 16 * 1024,
  most_files = 1 << 20,
  events_size = 512
};

struct client {
  SSL* ssl;
  char* rest; /* cipher text to be sent; mostly NULL */
  size_t from, end;
  bool is_over; /* when all is sent */
};

static struct client* clients[most_files]; /* by descriptor */
static char input[input_size], output[output_size], plain[record_size];
static size_t input_from, input_end, output_end;
static int epoll_fd;

static int bio_read(BIO* bio, char* into, size_t most, size_t* bytes) {
  BIO_clear_retry_flags(bio);
  const size_t there = input_end - input_from;
  *bytes = most < there ? most : there;
  if (*bytes == 0) {
    BIO_set_retry_read(bio);
    return 0;
  }
  memcpy(into, input + input_from, *bytes);
  input_from += *bytes;
  return 1;
}

static int bio_write(BIO* bio, const char* from, size_t size, size_t* bytes) {
  BIO_clear_retry_flags(bio);
  if (size > sizeof output - output_end) return 0;
  memcpy(output + output_end, from, size);
  output_end += size;
  *bytes = size;
  return 1;
}

static long bio_control(BIO* bio, int command, long number, void* pointer) {
  (void)bio, (void)number, (void)pointer;
  return command == BIO_CTRL_FLUSH;
}

static BIO* make_bio(void) {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "shared buffers");
  if (method == NULL) die_of_tls("BIO_meth_new");
  BIO_meth_set_read_ex(method, bio_read);
  BIO_meth_set_write_ex(method, bio_write);
  BIO_meth_set_ctrl(method, bio_control);
  BIO* bio = BIO_new(method);
  if (bio == NULL) die_of_tls("BIO_new");
  BIO_set_init(bio, 1);
  return bio;
}

static void drop(int fd) {
  SSL_free(clients[fd]->ssl);
  free(clients[fd]->rest);
  free(clients[fd]);
  clients[fd] = NULL;
  close(fd);
}

static void watch(int operation, int fd, unsigned events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  if (epoll_ctl(epoll_fd, operation, fd, &event) != 0) die("epoll_ctl");
}

/* Returns how many bytes were sent, or -1 if the client is gone. */
static ssize_t send_some(int fd, const char* data, size_t size) {
  if (size == 0) return 0;
  const ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
  return sent < 0 && errno == EAGAIN ? 0 : sent;
}

/* Answers input in output. Returns false if the client has made an error. */
static bool answer(struct client* client) {
  int got;
  while ((got = SSL_read(client->ssl, plain, sizeof plain)) > 0) {
    if (SSL_write(client->ssl, plain, got) <= 0) return false;
  }
  const int why = SSL_get_error(client->ssl, got);
  if (why == SSL_ERROR_WANT_READ) return true;
  client->is_over = true;
  return why == SSL_ERROR_ZERO_RETURN && SSL_shutdown(client->ssl) >= 0;
}

static void read_and_answer(int fd) {
  struct client* client = clients[fd];
  const ssize_t got = recv(fd, input, sizeof input, 0);
  if (got <= 0) {
    drop(fd);
    return;
  }
  input_from = output_end = 0;
  input_end = (size_t)got;
  const bool is_well = answer(client);
  if (!is_well) ERR_clear_error();
  const ssize_t sent = send_some(fd, output, output_end); /* an alert too */
  const size_t unsent = output_end - (size_t)sent;
  if (!is_well || sent < 0 || (client->is_over && unsent == 0)) {
    drop(fd);
    return;
  }
  if (unsent == 0) return;
  client->rest = malloc(unsent);
  if (client->rest == NULL) die("malloc");
  memcpy(client->rest, output + sent, unsent);
  client->from = 0;
  client->end = unsent;
  watch(EPOLL_CTL_MOD, fd, EPOLLOUT);
}

static void send_rest(int fd) {
  struct client* client = clients[fd];
  const ssize_t sent = send_some(fd, client->rest + client->from, client->end - client->from);
  if (sent >= 0) client->from += (size_t)sent;
  if (sent >= 0 && client->from < client->end) return;
  if (sent < 0 || client->is_over) {
    drop(fd);
    return;
  }
  free(client->rest);
  client->rest = NULL;
  watch(EPOLL_CTL_MOD, fd, EPOLLIN);
}

static void accept_all(int listener, SSL_CTX* context, BIO* bio) {
  int fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    if (fd >= most_files) {
      close(fd);
      continue;
    }
    struct client* client = calloc(1, sizeof *client);
    if (client == NULL) die("calloc");
    client->ssl = SSL_new(context);
    if (client->ssl == NULL) die_of_tls("SSL_new");
    BIO_up_ref(bio); /* all clients share it; SSL_set_bio() takes one reference for both */
    SSL_set_bio(client->ssl, bio, bio);
    SSL_set_accept_state(client->ssl);
    clients[fd] = client;
    without_delay(fd);
    watch(EPOLL_CTL_ADD, fd, EPOLLIN);
  }
  if (errno != EAGAIN && errno != ECONNABORTED) die("accept4");
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  SSL_CTX* context = tls_server(argv[1]);
  BIO* bio = make_bio();
  const int listener = listen_and_say(NULL);
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
        accept_all(listener, context, bio);
      } else if (clients[fd]->rest != NULL) {
        send_rest(fd);
      } else {
        read_and_answer(fd);
      }
    }
  }
}
