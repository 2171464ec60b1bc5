#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "sock/message_reader.hpp"
#include "sock/session.hpp"

namespace sock {

/// How a protocol answers. It is valid for one call of the protocol.
class Reply {
 public:
  /// Appends to `out`. `terminator` ends an answer, `line_end` any other line.
  Reply(std::string& out, std::string_view terminator, std::string_view line_end)
      : out_(out), terminator_(terminator), line_end_(line_end) {}

  /// Answers the message with `text` and the message's own terminator, so that a peer that sends
  /// lines gets lines and a peer that sends bare text gets bare text.
  void answer(std::string_view text);

  /// Says something that is not an answer: a line, or bare text under Framing::chunk.
  void say(std::string_view line);

  /// Says one line, or several separated by LF, and ends them with LF under every framing.
  void say_lines(std::string_view lines);

  /// Closes the connection once everything said so far is sent.
  void close() { closing_ = true; }

  bool closing() const { return closing_; }
  /// Whether anything was answered or said, even an empty text.
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
/// One object serves one connection and has one caller at a time. It uses no socket, thread or
/// clock, and must not throw because of a peer's input. An exception ends this connection only, as
/// End::lost.
class Protocol {
 public:
  virtual ~Protocol() = default;

  virtual void on_open(Reply& reply);
  virtual void on_message(const Message& message, Reply& reply) = 0;

  /// A message was longer than `limit` bytes and has been dropped. By default says so and closes
  /// the connection.
  virtual void on_too_long(std::size_t limit, Reply& reply);

  /// Called once, after the last message.
  virtual void on_end(End why, Reply& reply);

  /// The lines of other clients for this client (Session::feed). By default nullptr: there are
  /// none.
  virtual Feed* feed();

  /// Above 0, but under Framing::chunk: a message is complete only with its terminator, so that
  /// half a message is not taken for a whole one. But under Framing::automatic, the bytes of a peer
  /// that has never sent a terminator become a message when it has been silent for this time and
  /// may_stand_alone() agrees. By default 0.
  virtual std::chrono::milliseconds patience() const;
  virtual bool may_stand_alone(std::string_view unfinished) const;
};

}  // namespace sock
