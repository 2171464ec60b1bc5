#include "layers/tls_context.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "layers/own_certificate.hpp"
#include "layers/tls_words.hpp"
#include "net/system_error.hpp"
#include "sock/escape.hpp"

namespace sock {
namespace {

using Digest = std::array<unsigned char, 32>;  // SHA-256

Digest digest_of(const X509* certificate) {
  Digest digest{};
  unsigned size = digest.size();
  ::X509_digest(certificate, ::EVP_sha256(), digest.data(), &size);
  return digest;
}

[[noreturn]] void fail(const std::string& what, const std::string& file, std::string why = {}) {
  const std::string last = last_tls_error();
  if (why.empty()) why = last;
  throw std::runtime_error("cannot " + what + " \"" + escaped(file) + "\": " +
                           (::access(file.c_str(), R_OK) != 0 ? last_error().message() : why));
}

void require_set_up(bool is_well) {
  if (!is_well) throw std::runtime_error("cannot set TLS up: " + last_tls_error());
}

// Without this, OpenSSL would ask for it on the terminal.
int no_passphrase(char*, int, int, void* is_wanted) {
  *static_cast<bool*>(is_wanted) = true;
  return 0;
}

// Whether a file has no PEM block. OpenSSL's last error ("PEM lib") does not say so.
bool holds_no_pem() {
  const unsigned long error = ::ERR_peek_error();
  const int reason = ERR_GET_REASON(error);
  const int library = ERR_GET_LIB(error);
  return (library == ERR_LIB_PEM && reason == PEM_R_NO_START_LINE) ||  // certificate; then: key
         (library == ERR_LIB_OSSL_DECODER && reason == ERR_R_UNSUPPORTED);
}

void use_files(SSL_CTX* ctx, const std::string& certificate, const std::string& key) {
  constexpr auto none = "there is none in it";
  bool wants_passphrase = false;
  ::SSL_CTX_set_default_passwd_cb(ctx, no_passphrase);
  ::SSL_CTX_set_default_passwd_cb_userdata(ctx, &wants_passphrase);
  ::ERR_clear_error();
  if (::SSL_CTX_use_certificate_chain_file(ctx, certificate.c_str()) != 1) {
    fail("use the certificate", certificate, holds_no_pem() ? none : "");
  }
  if (::SSL_CTX_use_PrivateKey_file(ctx, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    const std::string why = holds_no_pem() ? none : "";
    fail("use the key", key, wants_passphrase ? "it has a passphrase" : why);
  }
  ::SSL_CTX_set_default_passwd_cb_userdata(ctx, nullptr);
}

// Writes to the file that tools read to decrypt a capture.
void log_key(const SSL* ssl, const char* line) {
  const auto* impl = static_cast<TlsContext::Impl*>(SSL_CTX_get_app_data(::SSL_get_SSL_CTX(ssl)));
  std::array<iovec, 2> text{{{const_cast<char*>(line), std::strlen(line)},
                             {const_cast<char*>("\n"), 1}}};  // no allocation: C calls this
  if (::writev(impl->key_log.get(), text.data(), text.size()) < 0) return;  // a secret is missing
}

void log_keys(TlsContext::Impl& impl, const std::string& file) {
  if (file.empty()) return;
  constexpr mode_t owner = 0600;
  constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK;  // for a pipe
  impl.key_log = Descriptor(::open(file.c_str(), flags, owner));
  if (!impl.key_log) fail("write secrets to", file);
  ::SSL_CTX_set_keylog_callback(impl.ctx.get(), log_key);
}

// Replaces the check of names and authorities.
int compare_pin(X509_STORE_CTX* store, void* context) {
  const auto& wanted = static_cast<const TlsContext::Impl*>(context)->pin;
  const X509* const certificate = ::X509_STORE_CTX_get0_cert(store);
  const auto digest = certificate == nullptr ? Digest() : digest_of(certificate);
  const auto is_same = [](char one, unsigned char other) {
    return static_cast<unsigned char>(one) == other;
  };
  if (std::equal(wanted.begin(), wanted.end(), digest.begin(), digest.end(), is_same)) return 1;
  ::X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

std::unique_ptr<TlsContext::Impl> begin(bool is_server) {
  auto impl = std::make_unique<TlsContext::Impl>();
  impl->is_server = is_server;
  impl->ctx.reset(::SSL_CTX_new(is_server ? ::TLS_server_method() : ::TLS_client_method()));
  SSL_CTX* const ctx = impl->ctx.get();
  require_set_up(ctx != nullptr);
  SSL_CTX_set_app_data(ctx, impl.get());
  require_set_up(SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1);
  ::SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
  // Clients keep their sessions themselves, in tickets (RFC 8446, 2.2; RFC 5077).
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  return impl;
}

void offer_protocols(SSL_CTX* ctx, const std::vector<std::string>& protocols) {
  std::string list;
  for (const auto& one : protocols) {
    list += static_cast<char>(one.size());
    list += one;
  }
  if (list.empty()) return;
  require_set_up(::SSL_CTX_set_alpn_protos(ctx, reinterpret_cast<const unsigned char*>(list.data()),
                                           static_cast<unsigned>(list.size())) == 0);
}

}  // namespace

std::string pin_text(const X509* certificate) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "sha256:";
  for (const unsigned byte : digest_of(certificate)) {
    text += digits[byte >> 4];
    text += digits[byte & 0xf];
  }
  return text;
}

bool has_tls() noexcept { return true; }

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

const std::string& TlsContext::pin() const { return impl_->own_pin; }

std::shared_ptr<const TlsContext> TlsContext::for_server(const TlsServerOptions& options) {
  auto impl = begin(true);
  SSL_CTX* const ctx = impl->ctx.get();
  if (options.certificate.empty()) {
    const auto own = make_certificate(options.names);
    require_set_up(::SSL_CTX_use_certificate(ctx, own.certificate.get()) == 1 &&
                   ::SSL_CTX_use_PrivateKey(ctx, own.key.get()) == 1);
  } else {
    use_files(ctx, options.certificate, options.key);
  }
  impl->own_pin = pin_text(::SSL_CTX_get0_certificate(ctx));
  constexpr std::string_view sessions = "sock";  // for the sessions of one server
  require_set_up(
      ::SSL_CTX_set_session_id_context(ctx, reinterpret_cast<const unsigned char*>(sessions.data()),
                                       sessions.size()) == 1);
  if (!options.client_ca.empty()) {
    const char* const file = options.client_ca.c_str();
    const bool is_well = ::SSL_CTX_load_verify_locations(ctx, file, nullptr) == 1;
    auto* const names = is_well ? ::SSL_load_client_CA_file(file) : nullptr;
    if (names == nullptr) fail("use the authorities", options.client_ca);
    ::SSL_CTX_set_client_CA_list(ctx, names);  // the context owns them now
    ::SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  log_keys(*impl, options.key_log);
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(impl)));
}

std::shared_ptr<const TlsContext> TlsContext::for_client(const TlsClientOptions& options) {
  auto impl = begin(false);
  SSL_CTX* const ctx = impl->ctx.get();
  impl->pin = options.pin;
  ::SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, nullptr);
  if (!options.pin.empty()) {
    ::SSL_CTX_set_cert_verify_callback(ctx, compare_pin, impl.get());
  } else if (options.ca.empty()) {
    require_set_up(::SSL_CTX_set_default_verify_paths(ctx) == 1);
  } else if (::SSL_CTX_load_verify_locations(ctx, options.ca.c_str(), nullptr) != 1) {
    fail("use the authorities", options.ca);
  }
  if (!options.certificate.empty()) use_files(ctx, options.certificate, options.key);
  offer_protocols(ctx, options.protocols);
  log_keys(*impl, options.key_log);
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(impl)));
}

}  // namespace sock
