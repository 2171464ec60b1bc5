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

/// Gives `ssl` what it reads from and writes to until the next call on this thread. A BIO keeps
/// nothing between two calls, so all connections that a thread serves share one. Throws
/// std::bad_alloc.
void lend(TlsTransfer& transfer, SSL& ssl);

}  // namespace sock
