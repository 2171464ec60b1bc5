// Every line that a room sends begins in one of three ways, and that is what makes it impossible to
// forge one:
//
//   * text              the room itself: no name begins with '*'
//   ana: text           ana, to everybody: no name has a ':' or a space
//   ana -> you: text    ana, to one member
//
// So a room needs two things of those who use it: text that is escaped (one line is one line), and
// names that rename() has let through.

#include "protocols/chat_room.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <utility>

#include "protocols/chat_name.hpp"

namespace sock {
namespace {

constexpr std::size_t history_bytes_bound = 256 * 1024;

Mailbox::Line line_of(std::string text) {
  return std::make_shared<const std::string>(std::move(text.append("\n")));
}

}  // namespace

std::string ChatRoom::join(ChatMember& member) {
  const std::lock_guard lock(mutex_);
  std::string text;
  if (!history_.empty()) {
    text.append("* " + std::to_string(history_.size()) + " earlier message" +
                (history_.size() == 1 ? ":\n" : "s:\n"));
    for (const auto& line : history_) text.append(*line);
  }
  member.name = "guest" + std::to_string(++guests_);
  text.append("* welcome, you are " + member.name + ". ");
  if (members_.empty()) {
    text.append("nobody else is here");
  } else {
    text.append(std::to_string(members_.size()) +
                (members_.size() == 1 ? " other here" : " others here"));
    for (std::string_view between = ": "; const auto* other : members_) {
      text.append(std::exchange(between, ", ")).append(other->name);
    }
  }
  text.append("\n* /nick NAME to choose a name, /help for the rest");
  // What needs memory comes first: without it, it has not come.
  const auto line =
      line_of("* " + member.name + " joined (" + std::to_string(members_.size() + 1) + " here)");
  members_.push_back(&member);
  push(member, line);
  return text;
}

void ChatRoom::leave(ChatMember& member, std::string_view how) noexcept {
  const std::lock_guard lock(mutex_);
  if (std::erase(members_, &member) == 0 || how.empty()) return;
  try {
    push(member, line_of("* " + member.name + " " + std::string(how)));
  } catch (const std::bad_alloc&) {  // it has left, and nobody is told
  }
}

void ChatRoom::say(const ChatMember& author, std::string_view text) {
  const std::lock_guard lock(mutex_);
  const auto line = line_of(author.name + ": " + std::string(text));
  push(author, line);
  remember(line);
}

std::string ChatRoom::tell(const ChatMember& author, std::string_view name, std::string_view text) {
  const std::lock_guard lock(mutex_);
  ChatMember* to = find(name);
  if (to == nullptr) return "* nobody here is called " + std::string(name);
  // As with all that is said, nothing is sent back to its author.
  if (to != &author) to->mailbox.push(line_of(author.name + " -> you: " + std::string(text)));
  return "* to " + to->name + ": " + std::string(text);
}

std::string ChatRoom::rename(ChatMember& member, std::string_view name) {
  if (!is_chat_name(name)) {
    return "* a name is 1 to 16 letters, digits or . _ - and begins with a letter or digit";
  }
  const std::lock_guard lock(mutex_);
  const ChatMember* same = find(name);
  if (is_reserved_chat_name(name) || (same != nullptr && same != &member))
    return "* that name is taken";
  // What needs memory comes first: without it, nothing has changed.
  std::string renamed(name);
  std::string answer = "* you are now " + renamed;
  if (name != member.name) push(member, line_of("* " + member.name + " is now " + renamed));
  member.name = std::move(renamed);
  return answer;
}

std::string ChatRoom::who(const ChatMember& member) const {
  const std::lock_guard lock(mutex_);
  std::string text = "* " + std::to_string(members_.size()) + " here";
  for (std::string_view between = ": "; const auto* one : members_) {
    text.append(std::exchange(between, ", ")).append(one->name);
    if (one == &member) text.append(" (you)");
  }
  return text;
}

std::size_t ChatRoom::size() const {
  const std::lock_guard lock(mutex_);
  return members_.size();
}

ChatMember* ChatRoom::find(std::string_view name) const {
  const auto found = std::find_if(members_.begin(), members_.end(), [name](const auto* one) {
    return equal_ignoring_case(one->name, name);
  });
  return found == members_.end() ? nullptr : *found;
}

void ChatRoom::push(const ChatMember& author, const Mailbox::Line& line) const {
  for (auto* member : members_) {
    if (member != &author) member->mailbox.push(line);
  }
}

void ChatRoom::remember(const Mailbox::Line& line) {
  history_.push_back(line);
  history_bytes_ += line->size();
  while (history_.size() > history_bound_ || history_bytes_ > history_bytes_bound) {
    history_bytes_ -= history_.front()->size();
    history_.pop_front();
  }
}

}  // namespace sock
