#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>

#include "options.hpp"
#include "program/hex_dump.hpp"
#include "sock/stream.hpp"
#include "sock/wait.hpp"

namespace sockclient {

/// The connection to the server, with its errors in words and its bytes counted; with --hex-dump,
/// all that is read or sent is shown on stderr, `<` and `>`.
///
/// A server that ends at once without a byte (a port proxy before what is behind it listens) is
/// connected to again within the time of --retry, and has sent to it again what was sent.
class Wire {
 public:
  using Receiver = std::function<void(std::string_view)>;
  using Time = sock::Clock::time_point;

  /// Connects, again and again for the time of --retry. Throws Failure.
  explicit Wire(const Options& options);

  /// For poll(2); after read() it may be another one.
  int descriptor() const { return stream_.native_handle(); }

  /// Waits for bytes; they are valid until the next call. Empty: the server sends no more
  /// (server_ended()), or there is a new connection. Throws Failure if the connection is lost.
  std::string_view read();

  /// Sends what can be sent without waiting, and removes it from `text`. False: the server has
  /// closed and takes no more. Throws Failure if the connection is lost, after handing over what
  /// came before.
  bool offer(std::string_view& text, const Receiver& receive);

  /// Sends all of `text`; what comes meanwhile goes to `receive`, so that a peer that answers
  /// before it has read everything cannot block us. Otherwise as offer().
  bool send(std::string_view text, const Receiver& receive);

  /// Waits for bytes and hands them over. False: none came before the deadline.
  bool hear(Time deadline, const Receiver& receive);

  /// When the server has been silent for the time of --idle-timeout.
  Time idle_deadline() const;

  /// Throws Failure if that is over.
  void check_idle() const;

  /// Until then the server may still turn out to be one that ends at once: do not half-close.
  Time settles() const { return received_ > 0 ? Time{} : settles_; }

  /// Half-close.
  void end_sending();

  /// The end of a conversation that is not a pipe: half-closes, unless that is not wanted, and
  /// hands over what still comes, until the server ends or is silent for long enough.
  void say_goodbye(const Receiver& receive);

  bool server_ended() const { return server_ended_; }
  std::uint64_t sent() const { return sent_; }
  std::uint64_t received() const { return received_; }

 private:
  sock::Stream connect();
  bool may_connect_again() const;
  bool connects_again();
  // Hands over what has come, as far as it can be read. True: there is a new connection.
  bool drain(const Receiver& receive);
  void dump(program::HexDump& direction, std::string_view bytes) const;
  [[noreturn]] void lost(const std::system_error& error) const;

  const Options& options_;
  Time retry_until_;
  Time settles_{};
  Time heard_ = sock::Clock::now();  // when bytes came last
  sock::Stream stream_;
  std::array<char, 64 * 1024> buffer_{};
  bool server_ended_ = false;
  bool has_ended_sending_ = false;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  std::string kept_;  // all that was sent, as long as it may have to be sent again
  program::HexDump dump_in_{"< "};
  program::HexDump dump_out_{"> "};
};

}  // namespace sockclient
