#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "options.hpp"
#include "sock/tls.hpp"

namespace sockclient {

/// For a handshake that fails, or does not begin, with a server that may not speak TLS.
inline constexpr std::string_view plain_text_hint =
    "(a server that speaks plain text? then without --tls)";

/// --tls on one connection: seals what is sent and opens what is received. Does no I/O.
class Encryption {
 public:
  /// Throws std::runtime_error.
  explicit Encryption(const Options& options);

  /// The handshake: takes whole records that came (the first time none) and appends to `out` what
  /// is to be sent. Returns true when it is over, successfully or not.
  bool shake_hands(std::string_view records, std::string& out);
  /// What was agreed upon, in words. Throws Failure if the handshake failed.
  std::string summary() const;

  /// Returns the sealed bytes to send for the beginning of `text`, or the rest of them. Until
  /// sent() reports that text as sent, the same text must be given again. The result may be
  /// empty if `text` is.
  std::string_view seal(std::string_view text);
  /// Counts sent bytes. When all are sent, returns how many bytes of the text they held, else 0.
  std::size_t sent(std::size_t bytes);
  /// Some text is sealed, but not all of it is sent.
  bool is_sending() const { return covered_ > 0; }

  /// Returns the text in `came`; valid until the next call, and to be used before check(). Throws
  /// Failure.
  std::string_view open(std::string_view came);
  /// Throws Failure if the connection cannot go on.
  void check() const;
  /// The server has ended its sending.
  bool peer_ended() const { return engine_.state() == sock::TlsEngine::State::peer_ended; }

  /// Ends our sending: seal() then returns the close_notify.
  void end() { engine_.end(sealed_); }

 private:
  [[noreturn]] void fail() const;

  const Options& options_;
  sock::TlsEngine engine_;
  std::string sealed_;       // to be sent
  std::size_t gone_ = 0;     // sent bytes of `sealed_`
  std::size_t covered_ = 0;  // bytes of the text that `sealed_` holds
  std::string opened_;
};

}  // namespace sockclient
