#include "core/conversation.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "sock/room_log.hpp"

namespace sock {
namespace {

using namespace std::chrono_literals;

// At a stop, a peer that had more to send than there was room for: until it pauses for so long, and
// as much as its system may have had.
constexpr auto patience = 200ms;
constexpr std::uint32_t most_held_up = 32 * 1024 * 1024;

constexpr auto longest_pause = 100ms;         // of one who speaks, for others that are behind
constexpr auto look_again = 5ms;              // at those
constexpr std::uint8_t most_times_heard = 2;  // in a row, without a look at the input
constexpr std::size_t kept_capacity = 4 * enough_output;  // of a driver's buffer

}  // namespace

Conversation::Conversation(Session& session, const Client& client, Observer& observer,
                           const System& system)
    : session_(session), client_(client), observer_(observer), system_(system) {
  if (session.is_open()) join();
}

// The protocol is there: others may speak to the client from now on.
void Conversation::join() {
  is_open_ = true;
  Feed* const feed = session_.feed();
  const std::size_t rate = session_.rate();
  if (feed == nullptr && rate == 0) return;
  member_ = std::make_unique<Member>();
  member_->feed = feed;
  if (rate == 0) return;
  member_->bucket.emplace(rate, system_.now());
  if (buffers_ != nullptr) member_->bucket->take(buffers_->input.size());  // read before
}

Conversation::Action Conversation::decide() noexcept {
  for (;;) try {
      if (is_in_room() && is_behind() && !still_reads()) leave(End::too_slow);
      if (!output().empty()) return {.kind = Action::Kind::send};
      switch (phase_) {
        case Phase::opening:
          open();
          break;
        case Phase::talking:
          if (const auto action = talk()) return *action;
          break;
        case Phase::settled:
          if (add_lines()) break;
          if (!released_) return {.kind = Action::Kind::wait};
          leave(End::stopped);
          break;
        case Phase::leaving:
          return end();
        case Phase::lingering:
          return linger();
        case Phase::over:
          return {.kind = Action::Kind::close};
      }
    } catch (...) {  // no memory, or a bug of the session: this client only
      fail();
    }
}

void Conversation::open() {
  phase_ = Phase::talking;
  if (is_open_) observer_.connected(client_);
  take(session_.on_open(buffers_->out));
}

// Nothing: something has changed; look again what is to be done.
std::optional<Conversation::Action> Conversation::talk() {
  if (member_ && member_->times_heard < most_times_heard && add_lines()) {
    ++member_->times_heard;  // they are to be sent
  } else if (closing_) {
    leave(peer_ended_ ? End::peer_closed : End::by_server);
  } else if (!buffers_->input.empty()) {
    if (std::exchange(offered_, false)) return Action{.kind = Action::Kind::yield};
    if (const auto until = hold()) {
      return Action{.kind = Action::Kind::wait, .until = unless_lines(*until)};
    }
    if (member_) member_->times_heard = 0;
    offer();
  } else if (stopping_ && owed_ == 0) {
    phase_ = Phase::settled;
    if (feed() == nullptr) leave(End::stopped);
  } else {
    return receive();
  }
  return {};
}

void Conversation::answer() noexcept try { offer(); } catch (...) {
  fail();
}

void Conversation::offer() {
  const std::string_view offered = buffers_->input;
  const Step step = session_.on_bytes(offered, buffers_->out);
  buffers_->input.remove_prefix(step.consumed);
  if (step.in_place) buffers_->in_place = offered.substr(0, step.consumed);
  offered_ = !buffers_->input.empty();
  const bool asks_nothing = !step.close && !step.peer_ended && step.silence == 0ms;  // it is open
  if (is_plain_ && asks_nothing) return show();
  take(step);
  if (closing_) buffers_->input = {};
}

void Conversation::take(const Step& step) {
  show();
  closing_ = step.close || step.peer_ended;
  peer_ended_ = step.peer_ended;
  if (!is_open_ && session_.is_open()) join();
  if (!patient_) wait_for(step);
  note_if_plain();
}

void Conversation::wait_for(const Step& step) {
  const auto limit = static_cast<std::uint32_t>(step.limit.count());
  if (std::exchange(limit_, limit) == limit && limit > 0) return;
  const auto time = limit > 0 ? step.limit : step.silence;
  until_ = time > 0ms ? system_.now() + time : no_deadline;
}

void Conversation::note_if_plain() noexcept {
  is_plain_ = is_open_ && phase_ == Phase::talking && !member_ && !closing_ && !stopping_ &&
              until_ == no_deadline;
}

Conversation::Action Conversation::receive() {
  offered_ = false;
  Action action{.kind = Action::Kind::receive,
                .most = feed() == nullptr ? read_size : member_read_size,
                .until = until_};
  if (stopping_) {
    action.most = std::min<std::size_t>(action.most, owed_);
  } else if (member_) {
    if (const auto until = pause(action.most)) {
      action.kind = Action::Kind::wait;
      action.until = std::min(action.until, *until);
    }
  }
  action.until = unless_lines(action.until);
  return action;
}

// After lines were sent again and again there may be more: then it is no time for waiting.
Clock::time_point Conversation::unless_lines(Clock::time_point until) {
  if (!member_) return until;
  const bool may_be_more = std::exchange(member_->times_heard, std::uint8_t{0}) == most_times_heard;
  return may_be_more ? system_.now() : until;
}

// Until when this client, whom others hear, must not be read from; nothing: at most `most` may be.
std::optional<Clock::time_point> Conversation::pause(std::size_t& most) {
  if (member_->bucket) {
    most = std::min(most, member_->bucket->available(system_.now()));
    if (most == 0) return member_->bucket->next_time();
  }
  return hold();
}

// Until when this client must not be heard, for others that are behind. Those who have taken
// nothing in all of a pause are not waited for again: soon they are too slow.
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
  member_->given_up = behind;
  return {};
}

// What was appended is to be sent; then what answers in its place. Nothing is appended while
// something is to be sent.
void Conversation::show() noexcept {
  buffers_->unsent = buffers_->out;
  if (buffers_->unsent.empty()) buffers_->unsent = std::exchange(buffers_->in_place, {});
}

void Conversation::sent(std::size_t bytes) noexcept {
  std::string_view& unsent = buffers_->unsent;
  if (bytes > 0) {
    if (bytes_in() + bytes_out() == 0) note_active();
    bytes_out_.store(bytes_out() + bytes, std::memory_order_relaxed);
    observer_.wrote(client_, unsent.substr(0, bytes));
    unsent.remove_prefix(bytes);
  }
  if (unsent.empty()) {
    unsent = std::exchange(buffers_->in_place, {});
    buffers_->out.clear();
  }
  if (Feed* const feed = this->feed()) {
    if (unsent.empty()) {
      feed->note_taken();
    } else if (!feed->note_full(bytes > 0)) {
      member_->acknowledged = system_.acknowledged();
    }
  }
}

void Conversation::discard_output() noexcept {
  buffers_->unsent = {};
  sent(0);
}

// One that is not through is not told of yet.
void Conversation::note_active() noexcept {
  if (is_open_) observer_.active(client_);
}

void Conversation::received(std::size_t bytes) noexcept {
  if (lingering_) return lingering_->discarded(bytes);
  buffers_->input = {buffers_->in.data(), bytes};
  if (bytes_in() + bytes_out() == 0) note_active();
  bytes_in_.store(bytes_in() + bytes, std::memory_order_relaxed);
  observer_.read(client_, buffers_->input);
  if (is_plain_) return;
  if (limit_ == 0) until_ = patient_ ? system_.now() + patience : no_deadline;
  if (stopping_) owed_ -= static_cast<std::uint32_t>(std::min<std::size_t>(owed_, bytes));
  if (member_ && member_->bucket) member_->bucket->take(bytes);
}

void Conversation::ended(End how) noexcept {
  is_lost_ = is_lost_ || how == End::lost;
  if (phase_ < Phase::leaving) {
    leave(session_.is_unfinished() ? End::lost : how);
  } else if (phase_ == Phase::leaving) {
    may_write_ = false;
    drop_output();
  } else {
    phase_ = Phase::over;
  }
}

void Conversation::timed_out() noexcept {
  if (phase_ != Phase::talking || until_ == no_deadline || system_.now() < until_) return;
  // It is not the peer who is silent; what is to be received next says so, or times out at once.
  if (!output().empty() || !buffers_->input.empty()) return;
  if (system_.unread() > 0) {  // nor is it here: the time begins anew with what is read
    if (limit_ == 0) until_ = no_deadline;
    return;
  }
  until_ = no_deadline;
  if (stopping_) {
    owed_ = 0;
    return;
  }
  try {
    take(session_.on_silence(buffers_->out));
  } catch (...) {
    fail();
  }
}

void Conversation::stop() noexcept {
  if (std::exchange(stopping_, true) || phase_ >= Phase::leaving) return;
  is_plain_ = false;
  if (!cause_) cause_ = End::stopped;
  const std::size_t unread = system_.unread();
  patient_ = unread > 0 && system_.is_peer_held_up();
  owed_ = patient_ ? most_held_up : static_cast<std::uint32_t>(unread);
  until_ = patient_ ? system_.now() + patience : no_deadline;
  limit_ = 0;
}

void Conversation::cut(End why) noexcept {
  may_write_ = false;
  drop_output();
  if (phase_ < Phase::leaving) return leave(why);
  if (phase_ == Phase::lingering) phase_ = Phase::over;
}

void Conversation::break_off() noexcept {
  is_broken_off_ = true;
  drop_output();
  if (phase_ < Phase::leaving) leave(End::by_server);
}

bool Conversation::is_behind() const { return feed() != nullptr && feed()->is_behind(); }

// Its socket is full; but the peer may be reading all the same, out of what is in its system.
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

// Its last words are in the buffer then, after what was owed, unless they cannot be sent.
void Conversation::leave(End why) noexcept {
  if (!cause_) cause_ = why;
  if (why == End::lost || why == End::too_slow) {
    may_write_ = false;
    drop_output();
  }
  phase_ = Phase::leaving;
  is_plain_ = false;
  buffers_->input = {};
  end_session();
}

// First the session leaves its room; then the last of the others' lines are known.
void Conversation::end_session() noexcept {
  if (std::exchange(session_ended_, true)) return;
  try {
    std::string last_words;
    session_.on_end(*cause_, last_words);
    if (!may_write_ || is_broken_off_) return;
    std::string& out = buffers_->out;
    const std::size_t begin = out.size();
    for (std::string lines; feed() != nullptr && feed()->take(lines); lines.clear()) out += lines;
    out += last_words;
    if (out.size() > begin) session_.encode(out, begin);
    session_.say_end(out);
    show();
  } catch (...) {  // what was to be said could not be
    cause_ = End::lost;
    may_write_ = false;
    drop_output();
  }
}

// Nothing more is sent: it could be half of an answer.
void Conversation::fail() noexcept {
  may_write_ = false;
  drop_output();
  if (phase_ < Phase::leaving) leave(End::lost);
}

Conversation::Action Conversation::end() {
  phase_ = Phase::over;
  const bool stopped = cause_ == End::stopped;
  // Or has just come, and may be about to speak: a close would be answered with a reset.
  const bool is_talking = system_.is_busy() || system_.has_unacknowledged();
  const bool is_owed_patience =
      cause_ == End::by_server || (stopped && (is_talking || system_.unread() > 0));
  if (may_write_ && is_owed_patience) {
    try {
      lingering_ = std::make_unique<Lingering>(system_);
      phase_ = Phase::lingering;
    } catch (const std::exception&) {  // no memory for waiting
    }
  }
  return {.kind = Action::Kind::end, .lingers = phase_ == Phase::lingering};
}

Conversation::Action Conversation::linger() {
  if (!lingering_->may_go_on()) {
    phase_ = Phase::over;
    return {.kind = Action::Kind::close};
  }
  return {.kind = Action::Kind::receive, .most = member_read_size, .until = lingering_->deadline()};
}

bool Conversation::end_turn() noexcept {
  if (!buffers_->unsent.empty() || !buffers_->input.empty()) {
    try {
      keep();
    } catch (const std::exception&) {
      fail();
      return false;
    }
  } else if (kept_) {
    kept_.reset();
  }
  buffers_->unsent = buffers_->in_place = buffers_->input = {};
  buffers_->out.clear();
  if (buffers_->out.capacity() > kept_capacity) buffers_->out.shrink_to_fit();
  buffers_ = nullptr;
  return true;
}

void Conversation::keep() {
  if (!kept_) kept_ = std::make_unique<Kept>();
  const auto rest = [](std::string_view part, std::string& whole, std::size_t& begin) {
    if (!part.empty() && part.data() + part.size() == whole.data() + whole.size()) {
      begin = whole.size() - part.size();  // it is the end of what was kept before
    } else {
      std::string(part).swap(whole);  // an assignment would keep what was larger
      begin = 0;
    }
  };
  const std::string answer(buffers_->in_place);  // it may lie in what was kept of the input
  rest(buffers_->unsent, kept_->out, kept_->sent);
  rest(buffers_->input, kept_->in, kept_->taken);
  kept_->out += answer;
}

void Conversation::resume() noexcept {
  buffers_->unsent = std::string_view(kept_->out).substr(kept_->sent);
  buffers_->input = std::string_view(kept_->in).substr(kept_->taken);
}

bool Conversation::has_unsent() const {
  if (buffers_ != nullptr) return !buffers_->unsent.empty();
  return kept_ && kept_->sent < kept_->out.size();
}

void Conversation::drop_output() noexcept {
  if (buffers_ != nullptr) {
    buffers_->out.clear();
    buffers_->unsent = buffers_->in_place = {};
  }
}

}  // namespace sock
