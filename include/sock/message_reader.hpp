#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sock {

/// A text and the terminator that ended it on the wire: "\n", "\r\n", or nothing.
struct Message {
  std::string_view text;
  std::string_view terminator;
};

/// How a stream is cut into messages. TCP carries bytes without boundaries, so this is a choice.
enum class Framing : std::uint8_t {
  automatic,  ///< chunk until the peer has sent its first terminator, line from then on
  line,       ///< a message ends with LF or CR LF
  chunk,      ///< what one read delivers is one message
};

/// Cuts a stream of bytes into messages.
///
/// It holds at most the limit plus a terminator, whatever the peer sends, and scans each byte once,
/// however the reads cut the stream. Between two messages it holds at most 1 KiB. A message that
/// came in one read is a view into that read: nothing is copied. Not thread-safe.
class MessageReader {
 public:
  enum class Result {
    need_more,  ///< the input is used up
    message,    ///< message() is the next one
    too_long,   ///< a message passed the limit; it is skipped up to its terminator
  };

  /// `limit` is in bytes of text, without the terminator. `is_patient`, but under
  /// Framing::chunk: a message is complete only with its terminator; but under Framing::automatic,
  /// settle() makes a message of the bytes of a peer that has never sent a terminator.
  MessageReader(Framing framing, std::size_t limit, bool is_patient = false);

  /// Takes the next message from the front of `in` (one read, or the rest of it) and removes the
  /// used bytes. Call it until it returns need_more.
  Result next(std::string_view& in);

  /// The stream has ended: held bytes are the last message, without a terminator. Call it once.
  /// Returns need_more if there is none.
  Result finish();

  /// The text that settle() would make a message; empty if there is none.
  std::string_view unfinished() const;

  /// The peer has been silent: its bytes without a terminator are a message. Returns need_more if
  /// there are none, or if settle() does not apply (see the constructor).
  Result settle();

  /// Valid until the next call of next(), finish() or settle(), and as long as the read it came
  /// from.
  const Message& message() const { return message_; }

  std::size_t limit() const { return limit_; }

 private:
  Result take(std::string_view bytes);
  Result end_line(std::string_view bytes);
  Result hold(std::string_view bytes);
  Result take_held();
  void forget_taken();

  std::size_t limit_;
  std::string held_;  // the beginning of a line whose end has not come yet
  Framing framing_;
  bool taken_ = false;       // held_ was the last message: the next call clears it
  bool skipping_ = false;    // inside a line that was too long
  bool may_settle_ = false;  // the peer has not sent a terminator yet
  Message message_;
};

}  // namespace sock
