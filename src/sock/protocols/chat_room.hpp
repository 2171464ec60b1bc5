#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "sock/mailbox.hpp"

namespace sock {

struct ChatMember;

/// Who is in a chat, who hears what, and what has been said of late.
///
/// A member hears the others through its mailbox; what a method returns is for the member that it
/// is called for: a line or several, with LF between them and none at the end. `text` that comes in
/// is escaped already. Thread-safe: one lock, held while lines are pushed (a push cannot block), so
/// every member hears the same lines in the same order, and what a member is told on joining is
/// exactly what came before the first line that it hears. Outlives its members' membership.
class ChatRoom {
 public:
  /// `history` is in lines; 0: nothing is kept.
  explicit ChatRoom(std::size_t history) : history_bound_(history) {}

  /// Names the member, tells the others, and returns what was said earlier and the welcome.
  std::string join(ChatMember& member);
  /// Tells the others `* NAME HOW`; nothing if `how` is empty, or without memory for that line.
  /// Does nothing for one who is not in.
  void leave(ChatMember& member, std::string_view how) noexcept;
  void say(const ChatMember& author, std::string_view text);
  /// Says it to the one member of that name, ignoring case.
  std::string tell(const ChatMember& author, std::string_view name, std::string_view text);
  std::string rename(ChatMember& member, std::string_view name);
  std::string who(const ChatMember& member) const;

  std::size_t size() const;

 private:
  ChatMember* find(std::string_view name) const;
  void push(const ChatMember& author, const Mailbox::Line& line) const;
  void remember(const Mailbox::Line& line);

  mutable std::mutex mutex_;          // before that of any mailbox
  std::vector<ChatMember*> members_;  // in the order of joining
  std::deque<Mailbox::Line> history_;
  const std::size_t history_bound_;
  std::size_t history_bytes_ = 0;
  std::uint64_t guests_ = 0;  // never goes back, so that no two are ever the same
};

/// One who can be in a room. The room changes the name, under its lock; whoever owns the member
/// sees to it that it has left before it dies.
struct ChatMember {
  explicit ChatMember(std::size_t max_queue) : mailbox(max_queue) {}

  std::string name;
  Mailbox mailbox;
};

}  // namespace sock
