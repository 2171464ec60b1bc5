#include "sock/protocol.hpp"

namespace sock {

void Reply::answer(std::string_view text) { append(text, terminator_); }

void Reply::say(std::string_view line) { append(line, line_end_); }

void Reply::say_lines(std::string_view lines) { append(lines, "\n"); }

void Reply::append(std::string_view text, std::string_view end) {
  out_.append(text).append(end);
  answered_ = true;
}

void Protocol::on_open(Reply&) {}

void Protocol::on_too_long(std::size_t limit, Reply& reply) {
  reply.say("* message too long (limit " + std::to_string(limit) + " bytes)");
  reply.close();
}

void Protocol::on_end(End, Reply&) {}

Feed* Protocol::feed() { return nullptr; }

std::chrono::milliseconds Protocol::patience() const { return {}; }

bool Protocol::may_stand_alone(std::string_view unfinished) const { return !unfinished.empty(); }

}  // namespace sock
