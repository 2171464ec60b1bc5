#include "tls.h"

#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void die_of_tls(const char* name) {
  fprintf(stderr, "%s: ", name);
  ERR_print_errors_fp(stderr);
  exit(1);
}

SSL_CTX* tls_server(const char* file) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  if (context == NULL || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      SSL_CTX_use_certificate_chain_file(context, file) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, file, SSL_FILETYPE_PEM) != 1) {
    die_of_tls(file);
  }
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF); /* tickets hold whole sessions */
  return context;
}
