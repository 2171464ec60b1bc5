#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "sock/tls.hpp"

/// The context of a server with its own certificate, and of a client that trusts its pin. Made only
/// once, because making a key is slow.
struct TlsContexts {
  std::shared_ptr<const sock::TlsContext> server;
  std::shared_ptr<const sock::TlsContext> client;

  static std::shared_ptr<const sock::TlsContext> trusting(const sock::TlsContext& server) {
    return sock::TlsContext::for_client({.pin = sock::parse_pin(server.pin())});
  }
  static const TlsContexts& shared() {
    static const TlsContexts made = [] {
      auto server = sock::TlsContext::for_server({.names = {"localhost", "127.0.0.1"}});
      auto client = trusting(*server);
      return TlsContexts{std::move(server), std::move(client)};
    }();
    return made;
  }
};

/// One end of TLS without a socket: the text that it has read, and the bytes to send.
class TlsEnd {
 public:
  using State = sock::TlsEngine::State;

  explicit TlsEnd(std::shared_ptr<const sock::TlsContext> context, const std::string& host = {})
      : engine(std::move(context), host) {}

  /// Passes input to the engine until it takes no more. Returns how many bytes it took.
  std::size_t takes(std::string_view in) {
    std::size_t taken = 0;
    for (;;) {
      const auto before = engine.state();
      const auto got = engine.receive(in.substr(taken), buffer_, out);
      taken += got.taken;
      plain.append(buffer_.data(), got.bytes);
      if (got.bytes == 0 && engine.state() == before) return taken;
      if (engine.state() == State::failed || engine.state() == State::peer_ended) return taken;
    }
  }
  void says(std::string_view text) { engine.send(text, out); }
  std::string take_output() { return std::exchange(out, {}); }
  bool is_open() const { return engine.state() == State::open; }

  sock::TlsEngine engine;
  std::string plain;
  std::string out;

 private:
  std::array<char, sock::TlsEngine::record_size> buffer_{};
};

/// A client and a server, connected directly.
struct TlsPair {
  TlsPair() : TlsPair(TlsContexts::shared().client, TlsContexts::shared().server) {}
  TlsPair(std::shared_ptr<const sock::TlsContext> client_context,
          std::shared_ptr<const sock::TlsContext> server_context, const std::string& host = {})
      : client(std::move(client_context), host), server(std::move(server_context)) {}

  /// Runs until neither has anything to send.
  void carry() {
    while (!client.out.empty() || !server.out.empty()) {
      server.takes(client.take_output());
      client.takes(server.take_output());
    }
  }
  void shake_hands() {
    client.engine.start(client.out);
    carry();
  }

  TlsEnd client;
  TlsEnd server;
};
