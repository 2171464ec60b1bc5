/* baseline_tls_threads FILE: a thread for each connection, echo over TLS. OpenSSL reads and writes
 * the socket. FILE: certificate and key. */
#define _GNU_SOURCE
#include <openssl/err.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include "listen.h"
#include "tls.h"

enum { record_size = 16 * 1024, stack_size = 256 * 1024 };

static SSL_CTX* context;

static void* echo(void* connection) {
  const int fd = (int)(intptr_t)connection;
  SSL* ssl = SSL_new(context);
  if (ssl == NULL || SSL_set_fd(ssl, fd) != 1) die_of_tls("SSL_new");
  SSL_set_accept_state(ssl);
  char buffer[record_size];
  int got;
  while ((got = SSL_read(ssl, buffer, sizeof buffer)) > 0) {
    if (SSL_write(ssl, buffer, got) <= 0) break;
  }
  if (SSL_get_error(ssl, got) == SSL_ERROR_ZERO_RETURN) SSL_shutdown(ssl);
  ERR_clear_error();
  SSL_free(ssl);
  close(fd);
  return NULL;
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  signal(SIGPIPE, SIG_IGN);
  context = tls_server(argv[1]);
  SSL_CTX_set_read_ahead(context, 1); /* a record's head and body with one recv() */
  const int listener = listen_and_say(NULL);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_size);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  for (;;) {
    const int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) die("accept4");
    without_delay(fd);
    pthread_t thread;
    if (pthread_create(&thread, &attributes, echo, (void*)(intptr_t)fd) != 0) close(fd);
  }
}
