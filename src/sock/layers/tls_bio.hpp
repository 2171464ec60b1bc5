#pragma once

#include <string>
#include <string_view>

#include "layers/tls_context.hpp"

namespace sock {

/// What OpenSSL reads from and writes to in place of a socket: the caller's input and output, for
/// the time of a call. So nothing is copied between, and nothing kept.
struct TlsTransfer {
  std::string_view in;
  std::string* out = nullptr;
  bool lacks_memory = false;
};

/// nullptr: there is no memory.
TlsOwned<BIO_METHOD> make_tls_bio();

/// A BIO of that kind over `transfer`, which outlives it; nullptr: there is no memory.
BIO* open_tls_bio(const BIO_METHOD* method, TlsTransfer& transfer);

}  // namespace sock
