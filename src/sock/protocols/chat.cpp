// A chat room: what one member says, all the others read.
//
// This file has the grammar of one member's lines; the room (chat_room.hpp) has the members, and
// delivers their lines. A member's text is escaped here, before it enters the room. Every line that
// is sent ends with LF, whatever the framing.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "protocols/chat_name.hpp"
#include "protocols/chat_room.hpp"
#include "protocols/telnet.hpp"
#include "sock/escape.hpp"
#include "sock/service.hpp"

namespace sock {
namespace {

// Bytes that may come before a text of the longest size: "/msg ", a name, a space.
constexpr std::size_t longest_prefix = 32;

constexpr std::string_view white_space = " \t\v\f\r\n";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";  // some clients begin with it

std::string_view trim_front(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(white_space), text.size()));
}

std::string_view trim_back(std::string_view text) {
  return text.substr(0, text.find_last_not_of(white_space) + 1);
}

// The first word, and the rest.
std::pair<std::string_view, std::string_view> split_word(std::string_view text) {
  const std::size_t end = std::min(text.find_first_of(white_space), text.size());
  return {text.substr(0, end), trim_front(text.substr(end))};
}

// Shared by all members.
struct Place {
  ChatRoom room;
  std::string banner;  // each line is a notice
  std::size_t limit;   // of a message's text, in bytes
};

class Chat final : public Protocol {
 public:
  // `place` must outlive it.
  explicit Chat(Place& place) : place_(place), member_(place.room) {}
  Chat(const Chat&) = delete;
  Chat& operator=(const Chat&) = delete;
  ~Chat() override { leave(End::lost); }

  void on_open(Reply& reply) override {
    if (!place_.banner.empty()) reply.say_lines(place_.banner);
    reply.say_lines(place_.room.join(member_));
  }

  void on_message(const Message& message, Reply& reply) override {
    const std::string_view text = without_mark(message.text);
    is_first_ = false;
    if (trim_front(text).empty()) return;
    if (!text.starts_with('/')) {
      say(text, reply);
    } else if (text.starts_with("//")) {
      say(text.substr(1), reply);
    } else {
      obey(text, reply);
    }
  }

  void on_too_long(std::size_t, Reply& reply) override {
    reply.say_lines("* that message is too long (limit " + std::to_string(place_.limit) +
                    " bytes) and was not sent");
  }

  void on_end(End why, Reply& reply) override {
    leave(why);
    // As a part of the last words, it comes after all lines of the others.
    if (says_adios_) return reply.say_lines("* adios");
    if (why == End::stopped) reply.say_lines("* the server is shutting down");
  }

  Feed* feed() override { return &member_.feed; }

  // Half of a private message must not be published.
  std::chrono::milliseconds patience() const override { return std::chrono::seconds(1); }
  bool may_stand_alone(std::string_view unfinished) const override {
    const std::string_view text = without_mark(unfinished);
    const bool may_go_on = text.empty() || (is_first_ && byte_order_mark.starts_with(text));
    return !may_go_on && !text.starts_with('/') && text.size() <= place_.limit;
  }

 private:
  struct Command {
    std::string_view name;
    std::string_view usage;
    std::string_view summary;
    void (Chat::*run)(std::string_view rest, Reply& reply);
  };
  static const std::array<Command, 5> commands;

  void obey(std::string_view text, Reply& reply);
  void help(std::string_view rest, Reply& reply);
  void nick(std::string_view rest, Reply& reply);
  void who(std::string_view rest, Reply& reply);
  void msg(std::string_view rest, Reply& reply);
  void quit(std::string_view rest, Reply& reply);
  void say(std::string_view text, Reply& reply);
  void leave(End why);
  std::optional<std::string> safe(std::string_view text, Reply& reply);

  // A byte order mark before the first message is not a part of it.
  std::string_view without_mark(std::string_view text) const {
    const bool has_mark = is_first_ && text.starts_with(byte_order_mark);
    return has_mark ? text.substr(byte_order_mark.size()) : text;
  }

  Place& place_;
  ChatMember member_;
  bool is_first_ = true;  // the next message is the first
  bool says_adios_ = false;
};

const std::array<Chat::Command, 5> Chat::commands{{
    {"/help", "/help", "these commands", &Chat::help},
    {"/nick", "/nick NAME", "choose a name", &Chat::nick},
    {"/who", "/who", "list who is here", &Chat::who},
    {"/msg", "/msg NAME TEXT", "say it to NAME alone", &Chat::msg},
    {"/quit", "/quit", "leave", &Chat::quit},
}};

void Chat::obey(std::string_view text, Reply& reply) {
  const auto [word, rest] = split_word(text);
  for (const auto& command : commands) {
    if (equal_ignoring_case(command.name, word)) return (this->*command.run)(rest, reply);
  }
  if (const auto name = safe(word, reply)) {
    reply.say_lines("* no such command: " + *name + " (try /help)");
  }
}

void Chat::help(std::string_view, Reply& reply) {
  for (const auto& command : commands) {
    std::string line = "* " + std::string(command.usage);
    line.resize(18, ' ');
    reply.say_lines(line.append(command.summary));
  }
}

void Chat::nick(std::string_view rest, Reply& reply) {
  const auto name = trim_back(rest);
  reply.say_lines(name.empty() ? "* usage: /nick NAME" : place_.room.rename(member_, name));
}

void Chat::who(std::string_view, Reply& reply) { reply.say_lines(place_.room.who(member_)); }

void Chat::msg(std::string_view rest, Reply& reply) {
  const auto [name, text] = split_word(rest);
  if (text.empty()) return reply.say_lines("* usage: /msg NAME TEXT");
  const auto safe_name = safe(name, reply);
  if (!safe_name) return;
  const auto safe_text = safe(text, reply);
  if (safe_text) reply.say_lines(place_.room.tell(member_, *safe_name, *safe_text));
}

// The others are told now, not when the connection is closed.
void Chat::quit(std::string_view, Reply& reply) {
  leave(End::by_server);
  says_adios_ = true;
  reply.close();
}

void Chat::say(std::string_view text, Reply& reply) {
  if (const auto safe_text = safe(text, reply)) place_.room.say(member_, *safe_text);
}

// Does nothing if the member has left already. At a stop, when all members leave, the others are
// not told.
void Chat::leave(End why) {
  std::string_view how = "left";
  if (why == End::lost) how = "left (connection lost)";
  if (why == End::too_slow) how = "left (too slow)";
  if (why == End::idle) how = "left (idle)";
  if (why == End::stopped) how = "";
  place_.room.leave(member_, how);
}

// A member's text, escaped for the others. If that is too long, tells the member and returns
// nullopt.
std::optional<std::string> Chat::safe(std::string_view text, Reply& reply) {
  std::string result = escaped(text);
  if (result.size() <= place_.limit) return result;
  on_too_long(place_.limit, reply);
  return {};
}

class ChatService final : public MessageService {
 public:
  ChatService(const MessageOptions& options, std::string banner, std::size_t limit)
      : MessageService(options),
        place_{{options.history, options.max_queue}, std::move(banner), limit} {}

  std::unique_ptr<Session> open(const Client& client, Observer& observer) override {
    return std::make_unique<TelnetSession>(make_protocol(), options(), client, observer);
  }

  std::string notice(std::string_view text) const override {
    return std::string(text).append("\n");
  }

  bool takes_datagrams() const override { return false; }  // members join and leave by connections

 private:
  std::unique_ptr<Protocol> make_protocol() override { return std::make_unique<Chat>(place_); }

  Place place_;
};

// `text` as the server says it in a room: "* " before every line.
std::string as_notice(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (!lines.empty()) lines.append("\n");
    append_escaped(lines.append("* "), trim_back(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

std::unique_ptr<Service> make_chat(MessageOptions options) {
  if (options.max_message == 0) options.max_message = 4096;
  const std::size_t limit = options.max_message;
  options.max_message += std::min(longest_prefix, SIZE_MAX - limit);
  std::string banner = as_notice(std::exchange(options.banner, {}));
  return std::make_unique<ChatService>(options, std::move(banner), limit);
}

}  // namespace sock
