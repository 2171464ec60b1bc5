#include "layers/tls_bio.hpp"

#include <openssl/bio.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>

namespace sock {
namespace {

TlsTransfer& transfer_of(BIO* bio) { return *static_cast<TlsTransfer*>(::BIO_get_data(bio)); }

int read(BIO* bio, char* into, std::size_t most, std::size_t* bytes) {
  BIO_clear_retry_flags(bio);
  std::string_view& in = transfer_of(bio).in;
  *bytes = std::min(most, in.size());
  if (*bytes == 0) {
    BIO_set_retry_read(bio);
    return 0;
  }
  std::memcpy(into, in.data(), *bytes);
  in.remove_prefix(*bytes);
  return 1;
}

int write(BIO* bio, const char* from, std::size_t size, std::size_t* bytes) {
  BIO_clear_retry_flags(bio);
  TlsTransfer& transfer = transfer_of(bio);
  try {
    transfer.out->append(from, size);
    *bytes = size;
    return 1;
  } catch (const std::exception&) {  // must not pass through OpenSSL
    transfer.lacks_memory = true;
    *bytes = 0;
    return 0;
  }
}

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

TlsOwned<BIO_METHOD> make_method() {
  TlsOwned<BIO_METHOD> method(::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sock"));
  if (method == nullptr) throw std::bad_alloc();
  ::BIO_meth_set_read_ex(method.get(), read);
  ::BIO_meth_set_write_ex(method.get(), write);
  ::BIO_meth_set_ctrl(method.get(), control);
  return method;
}

TlsOwned<BIO> make_bio() {
  static const TlsOwned<BIO_METHOD> method = make_method();
  TlsOwned<BIO> bio(::BIO_new(method.get()));
  if (bio == nullptr) throw std::bad_alloc();
  ::BIO_set_init(bio.get(), 1);
  return bio;
}

}  // namespace

void lend(TlsTransfer& transfer, SSL& ssl) {
  thread_local const TlsOwned<BIO> own = make_bio();
  BIO* const bio = own.get();
  ::BIO_set_data(bio, &transfer);
  if (::SSL_get_rbio(&ssl) == bio) return;
  ::BIO_up_ref(bio);
  ::SSL_set_bio(&ssl, bio, bio);
}

}  // namespace sock
