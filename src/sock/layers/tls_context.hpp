#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>

#include "net/descriptor.hpp"
#include "sock/tls.hpp"

namespace sock {

/// Frees OpenSSL's objects.
struct TlsFree {
  void operator()(SSL_CTX* one) const { ::SSL_CTX_free(one); }
  void operator()(SSL* one) const { ::SSL_free(one); }
  void operator()(X509* one) const { ::X509_free(one); }
  void operator()(EVP_PKEY* one) const { ::EVP_PKEY_free(one); }
  void operator()(BIO_METHOD* one) const { ::BIO_meth_free(one); }
  void operator()(BIO* one) const { ::BIO_free(one); }
};
template <typename Made>
using TlsOwned = std::unique_ptr<Made, TlsFree>;

struct TlsContext::Impl {
  bool is_server = false;
  TlsOwned<SSL_CTX> ctx;
  std::string own_pin;
  std::string pin;  // 32 bytes that the peer's certificate must have; or empty
  Descriptor key_log;
};

/// `sha256:` and 64 hexadecimal digits.
std::string pin_text(const X509* certificate);

}  // namespace sock
