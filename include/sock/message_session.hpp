#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sock/message_reader.hpp"
#include "sock/observer.hpp"
#include "sock/protocol.hpp"
#include "sock/session.hpp"

namespace sock {

/// What can be chosen for a protocol that has messages; the last two, for one with a chat room.
struct MessageOptions {
  Framing framing = Framing::automatic;
  std::size_t max_message = 0;     ///< bytes of text; 0: the protocol's own (64 KiB; chat 4 KiB)
  std::uint64_t max_messages = 0;  ///< close after so many messages; 0: no limit
  std::string banner{};            ///< said first to every client; empty: nothing
  std::size_t history = 20;        ///< earlier lines that one who joins reads
  std::size_t max_queue = 1024 * 1024;  ///< bytes of others' lines that one client may leave unread
};

/// What ends a line that is said unasked: LF, or nothing under Framing::chunk.
std::string_view line_end(Framing framing);

/// A protocol behind its framing: the one adapter between the two.
///
/// Counts messages, enforces their length, says the banner, and tells the observer what was
/// received and answered. `options`, `client` and `observer` outlive it.
class MessageSession : public Session {
 public:
  MessageSession(std::unique_ptr<Protocol> protocol, const MessageOptions& options,
                 const Client& client, Observer& observer);

  Step on_open(std::string& out) override;
  Step on_bytes(std::string_view in, std::string& out) override;
  void on_end(End why, std::string& out) override;
  Mailbox* mailbox() override { return protocol_->mailbox(); }

 private:
  bool deliver(MessageReader::Result result, std::string& out);

  std::unique_ptr<Protocol> protocol_;
  const MessageOptions& options_;
  MessageReader reader_;
  std::uint64_t messages_ = 0;
  const Client& client_;
  Observer& observer_;
};

}  // namespace sock
