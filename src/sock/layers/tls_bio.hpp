#pragma once

#include <string>
#include <string_view>

#include "layers/tls_context.hpp"

namespace sock {

/// What OpenSSL reads from and writes to instead of a socket: the caller's input and output, during
/// one call. So no bytes are copied or kept in between.
struct TlsTransfer {
  std::string_view in;
  std::string* out = nullptr;
  bool lacks_memory = false;
};

/// Makes `ssl` read from and write to `transfer`, until the next call on this thread. A BIO keeps
/// nothing between two calls, so all connections of a thread share one. Throws std::bad_alloc.
void lend(TlsTransfer& transfer, SSL& ssl);

}  // namespace sock
