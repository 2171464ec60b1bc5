#include "tls.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <stdexcept>
#include <string>

#include "socket.hpp"

namespace load {
namespace {

[[noreturn]] void fail_of_tls(const std::string& what) {
  char reason[256] = "no reason is known";
  if (const auto error = ::ERR_get_error()) ::ERR_error_string_n(error, reason, sizeof reason);
  fail(what + ": " + reason);
}

SSL_SESSION* last_session = nullptr;

int keep_session(SSL*, SSL_SESSION* session) {
  ::SSL_SESSION_free(std::exchange(last_session, session));
  return 1;  // this process owns it now
}

SSL_CTX* make_context() {
  SSL_CTX* const context = ::SSL_CTX_new(::TLS_client_method());
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
      ::SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") != 1) {
    fail_of_tls("no context");
  }
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  ::SSL_CTX_sess_set_new_cb(context, keep_session);
  return context;
}

// Whether a call without result is to be repeated; if not, the peer has ended.
bool is_to_wait(SSL* ssl, int result, const char* what) {
  switch (::SSL_get_error(ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return true;
    case SSL_ERROR_ZERO_RETURN:
      return false;
    case SSL_ERROR_SYSCALL:
      fail_with_errno(what);
    default:
      fail_of_tls(what);
  }
}

}  // namespace

void Tls::Free::operator()(ssl_st* ssl) const { ::SSL_free(ssl); }

Tls::Tls(int fd, bool resumes) {
  static SSL_CTX* const context = make_context();
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  ssl_.reset(::SSL_new(context));
  if (!ssl_ || ::SSL_set_fd(ssl_.get(), fd) != 1) fail_of_tls("no TLS");
  if (resumes && last_session != nullptr) {
    SSL_SESSION* const copy = ::SSL_SESSION_dup(last_session);  // OpenSSL allows one use of each
    ::SSL_set_session(ssl_.get(), copy);
    ::SSL_SESSION_free(copy);
  }
  ::SSL_set_connect_state(ssl_.get());
}

bool Tls::try_handshake() {
  const int result = ::SSL_do_handshake(ssl_.get());
  if (result == 1) return true;
  if (!is_to_wait(ssl_.get(), result, "handshake")) fail("the server has ended the handshake");
  return false;
}

bool Tls::is_resumed() const { return ::SSL_session_reused(ssl_.get()) == 1; }

std::size_t Tls::try_send(std::string_view data) {
  std::size_t sent = 0;
  while (sent < data.size()) {
    std::size_t bytes = 0;
    const int result = ::SSL_write_ex(ssl_.get(), data.data() + sent, data.size() - sent, &bytes);
    is_amid_record_ = result != 1;
    if (is_amid_record_) {
      if (!is_to_wait(ssl_.get(), result, "send")) fail("the server has closed a connection");
      break;
    }
    sent += bytes;
  }
  return sent;
}

std::size_t Tls::try_receive(std::span<char> buffer) {
  std::size_t bytes = 0;
  const int result = ::SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &bytes);
  if (result == 1) return bytes;
  return is_to_wait(ssl_.get(), result, "receive") ? would_block : 0;
}

void Tls::end() {
  if ((::SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN) != 0) return;
  if (::SSL_shutdown(ssl_.get()) < 0) ::ERR_clear_error();
}

}  // namespace load
