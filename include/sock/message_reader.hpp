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

/// What a message is. TCP carries bytes and keeps no boundaries, so this is a choice.
enum class Framing : std::uint8_t {
  automatic,  ///< chunk until the peer has sent its first terminator, line from then on
  line,       ///< a message ends with LF or CR LF
  chunk,      ///< what one read delivers is one message
};

/// Cuts a stream of bytes into messages.
///
/// It holds at most the limit and one byte, whatever the peer sends, and looks at each byte once,
/// however the bytes are cut. Between two messages it holds no more than 1 KiB. A message that came
/// in one read is a view into that read: nothing is copied. Not thread-safe.
class MessageReader {
 public:
  enum class Result {
    need_more,  ///< the input is used up
    message,    ///< message() is the next one
    too_long,   ///< a message passed the limit; it is skipped up to its terminator
  };

  /// `limit` is in bytes of text, without the terminator. `is_patient`: nothing is a message before
  /// its terminator; but under Framing::automatic, settle() makes one of the bytes of a peer that
  /// has never sent a terminator.
  MessageReader(Framing framing, std::size_t limit, bool is_patient = false);

  /// Takes the next message from the front of `in`, which is one read or what is left of it, and
  /// removes the bytes it used. Call it until it answers need_more.
  Result next(std::string_view& in);

  /// The stream has ended: bytes still waiting are the last message, without a terminator. Call it
  /// once; need_more: there is none.
  Result finish();

  /// What settle() would take; empty: nothing.
  std::string_view unfinished() const;

  /// The peer has been silent: what it has sent without a terminator is a message. need_more: there
  /// is no such text, or it is not for settle() to take.
  Result settle();

  /// Valid until the next call of next(), finish() or settle(), and while the read it came from is.
  const Message& message() const { return message_; }

  std::size_t limit() const { return limit_; }

 private:
  Result take(std::string_view bytes);
  Result end_line(std::string_view bytes);
  Result hold(std::string_view bytes);
  Result take_held();
  void forget_taken();

  std::size_t limit_;
  std::string held_;  // the beginning of a line whose end has not come
  Framing framing_;
  bool taken_ = false;       // held_ was the last message: it is of no use from the next call on
  bool skipping_ = false;    // inside a line that was too long
  bool may_settle_ = false;  // the peer has not sent a terminator yet
  Message message_;
};

}  // namespace sock
