#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sock/message_options.hpp"
#include "sock/message_reader.hpp"
#include "sock/observer.hpp"
#include "sock/protocol.hpp"
#include "sock/session.hpp"

namespace sock {

/// The session of a protocol with messages: the one adapter between framing and protocol.
///
/// Counts messages, enforces their length, sends the banner, and reports messages and answers to
/// the observer. `options`, `client` and `observer` must outlive it.
class MessageSession : public Session {
 public:
  MessageSession(std::unique_ptr<Protocol> protocol, const MessageOptions& options,
                 const Client& client, Observer& observer);

  Step on_open(std::string& out) override;
  Step on_bytes(std::string_view in, std::string& out) override;
  Step on_datagram(std::string_view in, std::string& out) override;
  Step on_silence(std::string& out) override;
  void on_end(End why, std::string& out) override;
  Feed* feed() override { return protocol_->feed(); }
  std::size_t rate() const override;

 private:
  bool deliver(MessageReader::Result result, std::string& out);
  Reply deliver(const Message& message, std::string& out);

  std::unique_ptr<Protocol> protocol_;
  const MessageOptions& options_;
  MessageReader reader_;
  std::uint64_t messages_ = 0;
  const Client& client_;
  Observer& observer_;
};

}  // namespace sock
