/* Shared by the baselines with TLS. */
#pragma once

#include <openssl/ssl.h>

/* A server's context: TLS 1.2 and newer, tickets, buffers released when idle. The PEM file has the
 * certificate and its key. */
SSL_CTX* tls_server(const char* file);

/* Like die(), with OpenSSL's reason. */
_Noreturn void die_of_tls(const char* name);
