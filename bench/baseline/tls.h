/* What the baselines with TLS share. */
#pragma once

#include <openssl/ssl.h>

/* A server's: TLS 1.2 and newer, tickets, buffers given back when idle. The PEM file has the
 * certificate and its key. */
SSL_CTX* tls_server(const char* file);

/* Like die(), with OpenSSL's reason. */
_Noreturn void die_of_tls(const char* name);
