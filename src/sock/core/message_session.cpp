#include "core/message_session.hpp"

#include <exception>
#include <utility>

namespace sock {
namespace {

constexpr std::size_t default_max_message = 64 * 1024;

// Keep a call short, whatever one read delivered. In a room, each message is sent to all the
// others.
constexpr int most_messages = 256;
constexpr int most_messages_in_room = 64;

std::string_view without_terminator(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(text.ends_with("\r\n") ? 2 : 1);
  return text;
}

}  // namespace

std::string_view line_end(Framing framing) { return framing == Framing::chunk ? "" : "\n"; }

MessageSession::MessageSession(std::unique_ptr<Protocol> protocol, const MessageOptions& options,
                               const Client& client, Observer& observer)
    : protocol_(std::move(protocol)),
      options_(options),
      reader_(options.framing, options.max_message != 0 ? options.max_message : default_max_message,
              protocol_->patience().count() > 0),
      client_(client),
      observer_(observer) {}

Step MessageSession::on_open(std::string& out) {
  Reply reply(out, {}, line_end(options_.framing));
  if (!options_.banner.empty()) reply.say(options_.banner);
  protocol_->on_open(reply);
  return {.close = reply.closing()};
}

Step MessageSession::on_bytes(std::string_view in, std::string& out) {
  std::string_view rest = in;
  Step step;
  int left = feed() == nullptr ? most_messages : most_messages_in_room;
  while (!step.close && out.size() <= enough_output && left-- > 0) {
    const auto result = reader_.next(rest);
    if (result == MessageReader::Result::need_more) break;
    step.close = deliver(result, out);
  }
  step.consumed = in.size() - rest.size();
  if (rest.empty() && protocol_->may_stand_alone(reader_.unfinished())) {
    step.silence = protocol_->patience();
  }
  return step;
}

// As under Framing::chunk, but an empty datagram is a message, too.
Step MessageSession::on_datagram(std::string_view in, std::string& out) {
  const std::string_view text = without_terminator(in);
  if (text.size() > reader_.limit()) {
    return {.close = deliver(MessageReader::Result::too_long, out), .answered = true};
  }
  const Reply reply = deliver({text, in.substr(text.size())}, out);
  return {.close = reply.closing(), .answered = reply.answered()};
}

Step MessageSession::on_silence(std::string& out) {
  const auto result = reader_.settle();
  return {.close = result == MessageReader::Result::message && deliver(result, out)};
}

std::size_t MessageSession::rate() const {
  return protocol_->feed() == nullptr ? 0 : options_.rate;
}

void MessageSession::on_end(End why, std::string& out) {
  std::exception_ptr failure;
  try {
    if (why == End::peer_closed) {
      const auto result = reader_.finish();
      if (result != MessageReader::Result::need_more && deliver(result, out)) why = End::by_server;
    }
  } catch (...) {  // the protocol still learns of the end
    why = End::lost;
    failure = std::current_exception();
  }
  Reply reply(out, {}, line_end(options_.framing));
  protocol_->on_end(why, reply);
  if (failure) std::rethrow_exception(failure);
}

// Gives the protocol what the reader found. Returns true if the connection is to be closed.
bool MessageSession::deliver(MessageReader::Result result, std::string& out) {
  if (result == MessageReader::Result::too_long) {
    Reply reply(out, reader_.message().terminator, line_end(options_.framing));
    protocol_->on_too_long(reader_.limit(), reply);
    return reply.closing();
  }
  return deliver(reader_.message(), out).closing() || messages_ == options_.max_messages;
}

Reply MessageSession::deliver(const Message& message, std::string& out) {
  Reply reply(out, message.terminator, line_end(options_.framing));
  observer_.received(client_, message);
  const std::size_t before = out.size();
  protocol_->on_message(message, reply);
  if (out.size() > before) {
    observer_.answered(client_, without_terminator(std::string_view(out).substr(before)));
  }
  ++messages_;
  return reply;
}

}  // namespace sock
