#pragma once

#include <openssl/ssl.h>

#include <string>

#include "sock/tls.hpp"

namespace sock {

struct TlsFailure {
  std::string words;
  TlsTrouble trouble = TlsTrouble::other;
};

/// Why the calling thread's last call for this connection failed. Clears OpenSSL's queue of errors.
TlsFailure why_tls_failed(const SSL* ssl);

/// The last error of OpenSSL, without a connection. Clears the queue.
std::string last_tls_error();

/// The subject of a certificate, escaped; its names and addresses, separated by `, `, escaped; and
/// when it expires.
std::string subject_of(const X509* certificate);
std::string names_of(const X509* certificate);
std::string expiry_of(const X509* certificate);

}  // namespace sock
