// The part of a conversation for clients that hear each other: others' lines, and pauses.

#include <algorithm>
#include <utility>

#include "core/conversation.hpp"
#include "sock/room_log.hpp"

namespace sock {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_pause = 100ms;  // of a speaker, for hearers that are behind
constexpr auto look_again = 5ms;       // at those hearers

}  // namespace

// The protocol is open: others may speak to the client from now on.
void Conversation::join() {
  is_open_ = true;
  Feed* const feed = session_.feed();
  const std::size_t rate = session_.rate();
  if (feed == nullptr && rate == 0) return;
  member_ = std::make_unique<Member>();
  member_->feed = feed;
  if (rate == 0) return;
  member_->bucket.emplace(rate, system_.now());
  if (buffers_ != nullptr) member_->bucket->take(buffers_->input.size());  // already read
}

// If lines were sent several times in a row, there may be more: then do not wait.
Clock::time_point Conversation::unless_lines(Clock::time_point until) {
  if (!member_) return until;
  const bool may_be_more =
      std::exchange(member_->times_heard, std::uint8_t{0}) == Member::most_times_heard;
  return may_be_more ? system_.now() : until;
}

// Until when this client must not be read from. Returns nullopt if it may be, for at most `most`
// bytes.
std::optional<Clock::time_point> Conversation::pause(std::size_t& most) {
  if (member_->bucket) {
    most = std::min(most, member_->bucket->available(system_.now()));
    if (most == 0) return member_->bucket->next_time();
  }
  return hold();
}

// Until when this client must not speak, because hearers are behind. There is no second pause for
// hearers that took nothing during a whole pause: they will soon be too slow.
std::optional<Clock::time_point> Conversation::hold() {
  if (feed() == nullptr || stopping_) return {};
  const auto behind = feed()->others_behind();
  if (!behind || behind == member_->given_up) {
    member_->held_since = no_deadline;
    return {};
  }
  const auto now = system_.now();
  if (member_->held_since == no_deadline) member_->held_since = now;
  if (now < member_->held_since + longest_pause) return now + look_again;
  member_->held_since = no_deadline;
  member_->given_up = *behind;
  return {};
}

bool Conversation::is_behind() const { return feed() != nullptr && feed()->is_behind(); }

// The client's socket is full, but the peer may still be reading what its system has buffered.
bool Conversation::still_reads() {
  const std::uint64_t before = std::exchange(member_->acknowledged, system_.acknowledged());
  if (member_->acknowledged == before || feed()->has_lost_lines()) return false;
  feed()->note_reading();
  return true;
}

bool Conversation::take_lines() noexcept try {
  return is_in_room() && output().empty() && !is_behind() && add_lines();
} catch (...) {
  fail();
  return false;
}

bool Conversation::add_lines() {
  Feed* const feed = this->feed();
  if (feed == nullptr || !feed->take(buffers_->out)) return false;
  session_.encode(buffers_->out, 0);
  show();
  return true;
}

// Whether the socket has taken all of the output, some of it, or nothing.
void Conversation::tell(Feed& feed, bool took_some) noexcept {
  if (output().empty()) {
    feed.note_taken();
  } else if (!feed.note_full(took_some)) {
    member_->acknowledged = system_.acknowledged();
  }
}

}  // namespace sock
