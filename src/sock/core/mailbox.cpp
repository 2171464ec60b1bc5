#include "sock/mailbox.hpp"

#include <exception>
#include <utility>

namespace sock {
namespace {

// Room for so many lines is kept while nothing waits; a burst's is given back.
constexpr std::size_t kept_room = 16;

}  // namespace

void Mailbox::push(Line line) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (overflowed_) return;
    const bool was_empty = lines_.empty();
    const std::size_t size = line->size();
    try {
      overflowed_ = !was_empty && bytes_ + size > bound_;
      if (!overflowed_) lines_.push_back(std::move(line));
    } catch (const std::exception&) {  // no memory for it is no room for it
      overflowed_ = true;
    }
    if (!overflowed_) bytes_ += size;
    if (!overflowed_ && !was_empty) return;
  }
  if (wake_) wake_();
}

// Lines are destroyed outside the lock, and an overflowed mailbox's by its driver, not by the one
// who pushed: there can be many.
bool Mailbox::take(std::vector<Line>& lines) {
  lines.clear();
  if (lines.capacity() > kept_room) std::vector<Line>().swap(lines);
  bool overflowed = false;
  {
    const std::lock_guard lock(mutex_);
    lines_.swap(lines);
    bytes_ = 0;
    overflowed = overflowed_;
  }
  if (overflowed) std::vector<Line>().swap(lines);
  return !lines.empty();
}

bool Mailbox::overflowed() const {
  const std::lock_guard lock(mutex_);
  return overflowed_;
}

}  // namespace sock
