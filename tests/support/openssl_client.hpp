#pragma once

#include <openssl/ssl.h>

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

#include "layers/tls_context.hpp"

/// A client that uses OpenSSL directly, for what our own client does not do: older versions,
/// sessions kept from one connection to the next, renegotiation. It trusts every server.
class OpensslClient {
 public:
  /// `version`: the only version that it supports, such as TLS1_2_VERSION.
  explicit OpensslClient(int version, SSL_SESSION* session = nullptr)
      : context_(::SSL_CTX_new(::TLS_client_method())) {
    require(context_ != nullptr && SSL_CTX_set_min_proto_version(context_.get(), version) == 1 &&
            SSL_CTX_set_max_proto_version(context_.get(), version) == 1 &&
            ::SSL_CTX_set_cipher_list(context_.get(), "ALL:@SECLEVEL=0") == 1);
    ssl.reset(::SSL_new(context_.get()));
    require(ssl != nullptr);
    in_ = ::BIO_new(::BIO_s_mem());
    out_ = ::BIO_new(::BIO_s_mem());
    ::SSL_set_bio(ssl.get(), in_, out_);
    ::SSL_set_connect_state(ssl.get());
    if (session != nullptr) require(::SSL_set_session(ssl.get(), session) == 1);
  }

  /// Takes input, and returns what it has to send.
  std::string answer_to(std::string_view in) {
    if (!in.empty()) ::BIO_write(in_, in.data(), static_cast<int>(in.size()));
    if (::SSL_do_handshake(ssl.get()) == 1) read();
    return output();
  }
  std::string say(std::string_view text) {
    require(::SSL_write(ssl.get(), text.data(), static_cast<int>(text.size())) > 0);
    return output();
  }
  bool is_open() const { return ::SSL_is_init_finished(ssl.get()) != 0; }

  std::string plain;
  sock::TlsOwned<SSL> ssl;

 private:
  static void require(bool is_well) {
    if (!is_well) throw std::runtime_error("OpenSSL does not do it");
  }
  void read() {
    std::array<char, 4096> buffer{};
    for (;;) {
      const int bytes = ::SSL_read(ssl.get(), buffer.data(), buffer.size());
      if (bytes <= 0) return;
      plain.append(buffer.data(), static_cast<std::size_t>(bytes));
    }
  }
  std::string output() {
    char* data = nullptr;
    const long size = BIO_get_mem_data(out_, &data);
    std::string bytes(data, static_cast<std::size_t>(size));
    BIO_reset(out_);
    return bytes;
  }

  sock::TlsOwned<SSL_CTX> context_;
  BIO* in_ = nullptr;   // owned by the connection
  BIO* out_ = nullptr;  // owned by the connection
};
