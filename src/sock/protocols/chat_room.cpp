// Every line that a room sends has one of three beginnings, so that a member cannot forge a line:
//
//   * text              the room itself: no name begins with '*'
//   ana: text           ana, to everybody: no name has a ':' or a space
//   ana -> you: text    ana, to one member
//
// So a room needs two things from its callers: text that is escaped (one line stays one line), and
// names that rename() has accepted.

#include "protocols/chat_room.hpp"

#include <algorithm>
#include <utility>

#include "protocols/chat_name.hpp"

namespace sock {
namespace {

// What leave() may say of a member of this name.
std::size_t longest_farewell(std::string_view name) {
  return name.size() + std::string_view("*  left (connection lost)\n").size();
}

RoomLog::Line line_of(std::string text) { return RoomLog::Line(std::move(text.append("\n"))); }

}  // namespace

std::string ChatRoom::join(ChatMember& member) {
  const std::lock_guard lock(mutex_);
  std::string text;
  if (const auto earlier = log_.history(); earlier.lines > 0) {
    text.append("* " + std::to_string(earlier.lines) + " earlier message" +
                (earlier.lines == 1 ? ":\n" : "s:\n") + earlier.text);
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
  // Allocate before changing anything: if it throws, the member has not joined.
  auto line =
      line_of("* " + member.name + " joined (" + std::to_string(members_.size() + 1) + " here)");
  member.farewell.reserve(longest_farewell(member.name));
  if (members_.size() == members_.capacity()) members_.reserve(2 * members_.size() + 1);
  member.feed.join();
  members_.push_back(&member);
  log_.add(std::move(line), member.feed);
  return text;
}

void ChatRoom::leave(ChatMember& member, std::string_view how) noexcept {
  const std::lock_guard lock(mutex_);
  if (std::erase(members_, &member) == 0) return;
  member.feed.leave();
  if (how.empty()) return;
  member.farewell.assign({"* ", member.name, " ", how, "\n"});
  log_.add(std::move(member.farewell), member.feed);
}

void ChatRoom::say(const ChatMember& author, std::string_view text) {
  const std::lock_guard lock(mutex_);
  log_.add(line_of(author.name + ": " + std::string(text)), author.feed, RoomLog::Kept::yes);
}

std::string ChatRoom::tell(const ChatMember& author, std::string_view name, std::string_view text) {
  const std::lock_guard lock(mutex_);
  ChatMember* to = find(name);
  if (to == nullptr) return "* nobody here is called " + std::string(name);
  std::string answer = "* to " + to->name + ": " + std::string(text);
  // As with every line, nothing is sent back to the author.
  if (to != &author) {
    log_.add_for(to->feed, line_of(author.name + " -> you: " + std::string(text)));
  }
  return answer;
}

std::string ChatRoom::rename(ChatMember& member, std::string_view name) {
  if (!is_chat_name(name)) {
    return "* a name is 1 to 16 letters, digits or . _ - and begins with a letter or digit";
  }
  const std::lock_guard lock(mutex_);
  const ChatMember* same = find(name);
  if (is_reserved_chat_name(name) || (same != nullptr && same != &member))
    return "* that name is taken";
  // Allocate before changing anything: if it throws, nothing has changed.
  std::string renamed(name);
  std::string answer = "* you are now " + renamed;
  member.farewell.reserve(longest_farewell(renamed));
  if (name != member.name) {
    log_.add(line_of("* " + member.name + " is now " + renamed), member.feed);
  }
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

}  // namespace sock
