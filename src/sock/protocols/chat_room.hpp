#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "sock/room_log.hpp"

namespace sock {

struct ChatMember;

/// Who is in a chat, and what they say.
///
/// A member hears the others through its feed; what a method returns is for the member that it is
/// called for: a line or several, with LF between them and none at the end. `text` that comes in is
/// escaped already. Thread-safe: one lock, held while a line is added to the log, so every member
/// hears the same lines in the same order, and what a member is told on joining is exactly what
/// came before the first line that it hears. Outlives its members.
class ChatRoom {
 public:
  /// `history` is in lines, 0: nothing is kept; `max_queue` in bytes (RoomLog).
  ChatRoom(std::size_t history, std::size_t max_queue) : log_(max_queue, history) {}

  /// Names the member, tells the others, and returns what was said earlier and the welcome. Throws
  /// std::bad_alloc, and then the member has not joined.
  std::string join(ChatMember& member);
  /// Tells the others `* NAME HOW`; nothing if `how` is empty. Needs no memory. Does nothing for a
  /// member that is not in.
  void leave(ChatMember& member, std::string_view how) noexcept;
  void say(const ChatMember& author, std::string_view text);
  /// Says it to the one member of that name, ignoring case.
  std::string tell(const ChatMember& author, std::string_view name, std::string_view text);
  std::string rename(ChatMember& member, std::string_view name);
  std::string who(const ChatMember& member) const;

  std::size_t size() const;

 private:
  friend struct ChatMember;

  ChatMember* find(std::string_view name) const;

  RoomLog log_;
  mutable std::mutex mutex_;          // before the log's
  std::vector<ChatMember*> members_;  // in the order of joining
  std::uint64_t guests_ = 0;          // never goes back, so that no two are ever the same
};

/// A client that can be in a room. The room changes the name, under its lock; the owner sees to it
/// that the member has left before it dies.
struct ChatMember {
  explicit ChatMember(ChatRoom& room) : feed(room.log_) {}

  std::string name;
  RoomLog::Line
      farewell{};  // "* NAME left (connection lost)": its memory is reserved with the name
  Feed feed;
};

}  // namespace sock
