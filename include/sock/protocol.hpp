#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "sock/message_reader.hpp"
#include "sock/session.hpp"

namespace sock {

/// How a protocol answers. It lives for one call of the protocol.
class Reply {
 public:
  /// `out` is appended to; `terminator` ends an answer, `line_end` what is said unasked.
  Reply(std::string& out, std::string_view terminator, std::string_view line_end)
      : out_(out), terminator_(terminator), line_end_(line_end) {}

  /// Answers the message with `text` and the message's own terminator, so that a peer that sends
  /// lines gets lines and a peer that sends bare text gets bare text.
  void answer(std::string_view text);

  /// Says something that is not an answer: a line, or bare text under Framing::chunk.
  void say(std::string_view line);

  /// Says a line, or several with LF between them, ended with LF under every framing.
  void say_lines(std::string_view lines);

  /// Closes the connection once everything said so far is sent.
  void close() { closing_ = true; }

  bool closing() const { return closing_; }
  /// Whether anything was answered or said, an empty text too.
  bool answered() const { return answered_; }

 private:
  void append(std::string_view text, std::string_view end);

  std::string& out_;
  std::string_view terminator_;
  std::string_view line_end_;
  bool closing_ = false;
  bool answered_ = false;
};

/// What the author of a protocol writes: messages in, answers out.
///
/// One object serves one connection and has one caller at a time. It never touches a socket, a
/// thread or a clock, and what a peer sends is never an exception. An exception ends its
/// connection, as End::lost, and no other.
class Protocol {
 public:
  virtual ~Protocol() = default;

  virtual void on_open(Reply& reply);
  virtual void on_message(const Message& message, Reply& reply) = 0;

  /// A message was longer than `limit` bytes and has been dropped. Says so and closes, unless
  /// overridden.
  virtual void on_too_long(std::size_t limit, Reply& reply);

  /// Called once, after the last message.
  virtual void on_end(End why, Reply& reply);

  /// What others say to this client, for a protocol in which they do (Session::feed).
  virtual Feed* feed();

  /// Above 0: nothing is a message before its terminator, so that no half of one is taken for it.
  /// But a peer that has never sent a terminator (under Framing::automatic) is heard when it has
  /// been silent for so long, and may_stand_alone() agrees.
  virtual std::chrono::milliseconds patience() const;
  virtual bool may_stand_alone(std::string_view unfinished) const;
};

}  // namespace sock
