#pragma once

#include <openssl/ssl.h>

#include <string>
#include <string_view>

namespace sock {

/// Why the calling thread's last call for this connection failed, in words; what the peer has sent
/// of it is escaped. Clears OpenSSL's queue of errors.
std::string why_tls_failed(const SSL* ssl);

/// The last error of OpenSSL, without a connection. Clears the queue.
std::string last_tls_error();

/// The subject of a certificate, escaped; its names and addresses, `, ` between them, escaped; and
/// when it expires.
std::string subject_of(const X509* certificate);
std::string names_of(const X509* certificate);
std::string expiry_of(const X509* certificate);

}  // namespace sock
