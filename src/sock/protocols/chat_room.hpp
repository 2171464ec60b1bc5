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

/// The members of a chat, and their lines.
///
/// A member gets the others' lines through its feed. A method returns text for the member that it
/// is called for: one line or several, separated by LF, without LF at the end. `text` arguments
/// must be escaped already. Thread-safe: one lock is held while a line is added to the log, so
/// every member gets the same lines in the same order, and the history that join() returns ends
/// exactly before the first line of the feed. Must outlive its members.
class ChatRoom {
 public:
  /// `history` is in lines, 0: nothing is kept; `max_queue` in bytes (RoomLog).
  ChatRoom(std::size_t history, std::size_t max_queue) : log_(max_queue, history) {}

  /// Names the member, tells the others, and returns the history and the welcome. Throws
  /// std::bad_alloc; then the member has not joined.
  std::string join(ChatMember& member);
  /// Tells the others `* NAME HOW`; nothing if `how` is empty. Needs no memory. Does nothing for a
  /// member that is not in the room.
  void leave(ChatMember& member, std::string_view how) noexcept;
  void say(const ChatMember& author, std::string_view text);
  /// Says `text` only to the member with that name, ignoring case.
  std::string tell(const ChatMember& author, std::string_view name, std::string_view text);
  std::string rename(ChatMember& member, std::string_view name);
  std::string who(const ChatMember& member) const;

  std::size_t size() const;

 private:
  friend struct ChatMember;

  ChatMember* find(std::string_view name) const;

  RoomLog log_;
  mutable std::mutex mutex_;          // locked before the log's
  std::vector<ChatMember*> members_;  // in the order of joining
  std::uint64_t guests_ = 0;          // never goes back, so that each guest's name is new
};

/// A client that can be in a room. The room changes the name, under its lock; the owner makes sure
/// that the member has left before its destruction.
struct ChatMember {
  explicit ChatMember(ChatRoom& room) : feed(room.log_) {}

  std::string name;
  // "* NAME left (connection lost)". join() and rename() reserve its memory.
  RoomLog::Line farewell{};
  Feed feed;
};

}  // namespace sock
