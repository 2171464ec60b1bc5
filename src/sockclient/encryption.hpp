#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "options.hpp"
#include "sock/tls.hpp"

namespace sockclient {

/// --tls on one connection: what is to be sent is sealed, what comes is opened. Does no I/O.
class Encryption {
 public:
  /// Throws std::runtime_error.
  explicit Encryption(const Options& options);

  /// The handshake: takes whole records of what came, the first time none, and appends to `out`
  /// what is to be sent. True: it is over, well or not.
  bool shake_hands(std::string_view records, std::string& out);
  /// What was agreed upon, in words. Throws Failure if it has not gone well.
  std::string summary() const;

  /// What has to be sent for the beginning of `text`, or is left of that: as long as sent() has not
  /// said that it is gone, the same text is to be given again. May be empty if the text is.
  std::string_view seal(std::string_view text);
  /// So many bytes of it are sent. Returns how many of the text are, when that is all of it.
  std::size_t sent(std::size_t bytes);
  /// There is text that is sealed, and not all of it is sent.
  bool is_sending() const { return covered_ > 0; }

  /// The text in what came; valid until the next call, and to be taken before check(). Throws
  /// Failure.
  std::string_view open(std::string_view came);
  /// Throws Failure if the connection cannot go on.
  void check() const;
  /// The server sends no more.
  bool peer_ended() const { return engine_.state() == sock::TlsEngine::State::peer_ended; }

  /// We send no more: seal() has what tells the server.
  void end() { engine_.end(sealed_); }

 private:
  [[noreturn]] void fail() const;

  const Options& options_;
  sock::TlsEngine engine_;
  std::string sealed_;       // to be sent
  std::size_t gone_ = 0;     // of it
  std::size_t covered_ = 0;  // so much of the text is in it
  std::string opened_;
};

}  // namespace sockclient
