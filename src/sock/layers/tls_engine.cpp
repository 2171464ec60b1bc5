#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <new>
#include <stdexcept>
#include <utility>

#include "layers/tls_bio.hpp"
#include "layers/tls_context.hpp"
#include "layers/tls_words.hpp"
#include "net/socket_address.hpp"
#include "sock/escape.hpp"
#include "sock/tls.hpp"

namespace sock {
struct TlsEngine::Impl {
  std::shared_ptr<const TlsContext> context;
  TlsOwned<SSL> ssl;
  State state = State::handshaking;
  bool has_begun = false;  // input has come
  bool has_ended = false;  // we have sent close_notify
  TlsFailure failure{};

  // One call into OpenSSL, with its input and output.
  template <typename Call>
  int call(std::string_view& in, std::string& out, Call what) {
    TlsTransfer transfer{.in = in, .out = &out};
    lend(transfer, *ssl);
    ::ERR_clear_error();
    const int result = what();
    in = transfer.in;
    if (transfer.lacks_memory) throw std::bad_alloc();
    return result;
  }
  void fail(TlsFailure why) {
    state = State::failed;
    failure = std::move(why);
  }
  // Looks why a call has returned no data.
  void look_at(int result) {
    switch (::SSL_get_error(ssl.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return;
      case SSL_ERROR_ZERO_RETURN:
        state = State::peer_ended;
        return;
      default:
        fail(why_tls_failed(ssl.get()));
    }
  }
  bool shakes_hands(std::string_view& in, std::string& out);
  void expect(const std::string& host) const;
};

TlsEngine::TlsEngine(std::shared_ptr<const TlsContext> context, const std::string& host)
    : impl_(std::make_unique<Impl>()) {
  const auto& made = *context->impl_;
  impl_->context = std::move(context);
  impl_->ssl.reset(::SSL_new(made.ctx.get()));
  SSL* const ssl = impl_->ssl.get();
  if (ssl == nullptr) throw std::bad_alloc();
  if (made.is_server) {
    ::SSL_set_accept_state(ssl);
  } else {
    ::SSL_set_connect_state(ssl);
    impl_->expect(host);
  }
}

TlsEngine::TlsEngine(TlsEngine&&) noexcept = default;
TlsEngine& TlsEngine::operator=(TlsEngine&&) noexcept = default;
TlsEngine::~TlsEngine() = default;

void TlsEngine::Impl::expect(const std::string& host) const {
  if (host.empty() && !context->impl_->pin.empty()) return;
  // To OpenSSL, an empty name is any name, and a name that begins with a dot is any name below it.
  bool is_well = !host.empty() && !host.starts_with('.');
  if (is_well && is_numeric_address(host)) {  // an address is not sent as SNI (RFC 6066, 3)
    is_well = ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(ssl.get()), host.c_str()) == 1;
  } else if (is_well) {
    ::SSL_set_hostflags(ssl.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    is_well = ::SSL_set1_host(ssl.get(), host.c_str()) == 1 &&
              ::SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                         const_cast<char*>(host.c_str())) == 1;
  }
  if (!is_well) throw std::runtime_error("\"" + escaped(host) + "\" is not a name of a server");
}

void TlsEngine::start(std::string& out) {
  std::string_view nothing;
  if (::SSL_is_server(impl_->ssl.get()) == 0) impl_->shakes_hands(nothing, out);
}

// Goes on with the handshake. Returns true once it is complete.
bool TlsEngine::Impl::shakes_hands(std::string_view& in, std::string& out) {
  constexpr char handshake = 22;  // the type of a record (RFC 8446, 5.1)
  constexpr char alert = 21;
  if (!in.empty() && !std::exchange(has_begun, true) && in[0] != handshake && in[0] != alert) {
    fail({"not TLS", TlsTrouble::not_tls});
    return false;
  }
  const int result = call(in, out, [this] { return ::SSL_do_handshake(ssl.get()); });
  if (result == 1) {
    state = State::open;
    return true;
  }
  look_at(result);
  if (state == State::peer_ended) {  // an end does not complete a handshake
    fail({::SSL_is_server(ssl.get()) != 0 ? "the client has ended it" : "the server has ended it"});
  }
  return false;
}

TlsEngine::Received TlsEngine::receive(std::string_view in, std::span<char> plain,
                                       std::string& out) {
  Impl& it = *impl_;
  const std::size_t offered = in.size();
  if (it.state == State::handshaking) {
    it.shakes_hands(in, out);
    return {.taken = offered - in.size()};
  }
  if (it.state != State::open) return {.taken = offered};
  const int bytes = it.call(in, out, [&] {
    return ::SSL_read(it.ssl.get(), plain.data(), static_cast<int>(plain.size()));
  });
  const std::size_t taken = offered - in.size();
  if (bytes > 0) return {.taken = taken, .bytes = static_cast<std::size_t>(bytes)};
  it.look_at(bytes);
  return {.taken = taken};
}

void TlsEngine::send(std::string_view plain, std::string& out) {
  Impl& it = *impl_;
  std::string_view nothing;
  while (!plain.empty()) {
    const auto piece = plain.substr(0, record_size);
    const int bytes = it.call(nothing, out, [&] {
      return ::SSL_write(it.ssl.get(), piece.data(), static_cast<int>(piece.size()));
    });
    if (bytes <= 0) {
      it.look_at(bytes);
      throw std::runtime_error(it.failure.words);
    }
    plain.remove_prefix(piece.size());
  }
}

void TlsEngine::end(std::string& out) {
  Impl& it = *impl_;
  const bool may_end = it.state == State::open || it.state == State::peer_ended;
  if (!may_end || std::exchange(it.has_ended, true)) return;
  std::string_view nothing;
  it.call(nothing, out, [&it] { return ::SSL_shutdown(it.ssl.get()); });
}

TlsEngine::State TlsEngine::state() const { return impl_->state; }

const std::string& TlsEngine::failure() const { return impl_->failure.words; }

TlsTrouble TlsEngine::trouble() const { return impl_->failure.trouble; }

TlsSummary TlsEngine::summary() const {
  const SSL* const ssl = impl_->ssl.get();
  TlsSummary summary{.version = ::SSL_get_version(ssl), .cipher = ::SSL_get_cipher_name(ssl)};
  const char* const name = ::SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name != nullptr) summary.server_name = escaped(name);
  const X509* const certificate = ::SSL_get0_peer_certificate(ssl);
  if (certificate != nullptr) summary.peer_certificate = subject_of(certificate);
  return summary;
}

TlsDetails TlsEngine::details() const {
  const SSL* const ssl = impl_->ssl.get();
  TlsDetails details{.is_resumed = ::SSL_session_reused(ssl) != 0};
  if (const X509* const certificate = ::SSL_get0_peer_certificate(ssl)) {
    details.peer_names = names_of(certificate);
    details.peer_expiry = expiry_of(certificate);
    details.peer_pin = pin_text(certificate);
  }
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  ::SSL_get0_alpn_selected(ssl, &protocol, &size);
  details.protocol = escaped({reinterpret_cast<const char*>(protocol), size});
  return details;
}

}  // namespace sock
