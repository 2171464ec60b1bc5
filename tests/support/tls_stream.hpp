#pragma once

#include <poll.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "sock/stream.hpp"
#include "sock/wait.hpp"
#include "support/tls_pair.hpp"

/// A TLS stream for a client of a server with TlsContexts::shared().
class TlsStream {
 public:
  /// Does the handshake. `first` is sent before it, in plain text: the header of a proxy.
  explicit TlsStream(sock::Stream connected, std::string first = {})
      : stream(std::move(connected)), end_(TlsContexts::shared().client, "localhost") {
    end_.engine.start(first);
    stream.write(first);
    while (end_.engine.state() == TlsEnd::State::handshaking && read()) continue;
    flush();
  }

  void write(std::string_view text) {
    end_.says(text);
    flush();
  }
  /// The half-close of TLS: the server reads an end, and can still send.
  void end() {
    end_.engine.end(end_.out);
    flush();
  }
  /// Reads up to and including `text`; less if the server ends before.
  std::string read_until(std::string_view text) {
    for (;;) {
      if (const auto at = end_.plain.find(text); at != std::string::npos) {
        const std::string rest = end_.plain.substr(at + text.size());
        std::string read = std::exchange(end_.plain, rest);
        return read.substr(0, at + text.size());
      }
      if (!read()) return std::exchange(end_.plain, {});
    }
  }
  std::string read_exactly(std::size_t size) {
    while (end_.plain.size() < size && read()) continue;
    const std::string rest = end_.plain.substr(std::min(size, end_.plain.size()));
    std::string read = std::exchange(end_.plain, rest);
    return read.substr(0, size);
  }
  /// Reads until the server's end.
  std::string read_all() {
    while (read()) continue;
    return std::exchange(end_.plain, {});
  }
  /// Whether the server has ended its sending.
  bool has_ended() const { return end_.engine.state() == TlsEnd::State::peer_ended; }
  bool is_open() const { return end_.is_open(); }

  sock::Stream stream;

 private:
  // Returns false if no more comes.
  bool read() {
    using namespace std::chrono_literals;
    const auto deadline = sock::Clock::now() + 30s;  // only a hang can reach it
    if (has_ended() || end_.engine.state() == TlsEnd::State::failed) return false;
    if (!sock::wait_for(stream.native_handle(), POLLIN, deadline)) return false;
    const std::string came = stream.receive();
    end_.takes(came);
    return !came.empty();
  }
  void flush() {
    if (!end_.out.empty()) stream.write(end_.take_output());
  }

  TlsEnd end_;
};
