#include "core/conversation.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "sock/room_log.hpp"

namespace sock {
namespace {

using namespace std::chrono_literals;

// After a stop, a peer that had more to send than our buffer had room for is read until it pauses
// for `patience`, and at most `most_held_up` bytes: as much as its system may hold.
constexpr auto patience = 200ms;
constexpr std::uint32_t most_held_up = 32 * 1024 * 1024;

}  // namespace

Conversation::Conversation(Session& session, const Client& client, Observer& observer,
                           const System& system)
    : session_(session), client_(client), observer_(observer), system_(system) {
  if (session.is_open()) join();
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
    } catch (...) {  // no memory, or a bug of the session: end this client only
      fail();
    }
}

void Conversation::open() {
  phase_ = Phase::talking;
  if (is_open_) observer_.connected(client_);
  take(session_.on_open(buffers_->out));
}

// Returns nullopt if something has changed: then decide() looks again.
std::optional<Conversation::Action> Conversation::talk() {
  if (member_ && member_->times_heard < Member::most_times_heard && add_lines()) {
    ++member_->times_heard;  // the lines are to be sent
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
  // An open session asks for no limit.
  const bool asks_nothing = !step.close && !step.peer_ended && step.silence == 0ms;
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

// Makes the appended output ready to send, then the answer in place. Nothing is appended while
// output is unsent.
void Conversation::show() noexcept {
  buffers_->unsent = buffers_->out;
  if (buffers_->unsent.empty()) buffers_->unsent = std::exchange(buffers_->in_place, {});
}

void Conversation::sent(std::string_view bytes) noexcept {
  std::string_view& unsent = buffers_->unsent;
  if (!bytes.empty()) {
    if (bytes_in() + bytes_out() == 0) note_active();
    bytes_out_.store(bytes_out() + bytes.size(), std::memory_order_relaxed);
    observer_.wrote(client_, bytes);
    unsent.remove_prefix(bytes.size());
  }
  if (unsent.empty()) {
    unsent = std::exchange(buffers_->in_place, {});
    buffers_->out.clear();
  }
  if (Feed* const feed = this->feed()) tell(*feed, !bytes.empty());
}

void Conversation::discard_output() noexcept {
  buffers_->unsent = {};
  sent(0);
}

// A client that has not passed the layers is not reported yet.
void Conversation::note_active() noexcept {
  if (is_open_) observer_.active(client_);
}

void Conversation::received(std::size_t bytes) noexcept {
  if (lingering_) return lingering_->discarded(bytes);
  buffers_->input = {buffers_->in.data(), bytes};
  if (bytes_in() + bytes_out() == 0) note_active();
  bytes_in_.store(bytes_in() + bytes, std::memory_order_relaxed);
  observer_.read(client_, buffers_->input);
  if (is_plain_) return answer();
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
  // We are late, the peer is not silent; the next receive reads more, or times out at once.
  if (!output().empty() || !buffers_->input.empty()) return;
  if (system_.unread() > 0) {  // not silent either: the next read starts the time again
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

// Afterwards the last words are in the buffer, after unsent output, unless they cannot be sent.
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

// The session leaves its room first: after that no more lines of others are added for it.
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
  } catch (...) {  // the last words are lost
    cause_ = End::lost;
    may_write_ = false;
    drop_output();
  }
}

// Sends nothing more: the output could be half of an answer.
void Conversation::fail() noexcept {
  may_write_ = false;
  drop_output();
  if (phase_ < Phase::leaving) leave(End::lost);
}

Conversation::Action Conversation::end() {
  phase_ = Phase::over;
  const bool stopped = cause_ == End::stopped;
  // Also true for a client that has just connected and may be about to send: its bytes after a
  // close would cause a reset.
  const bool is_talking = system_.is_busy() || system_.has_unacknowledged();
  const bool is_owed_patience =
      cause_ == End::by_server || (stopped && (is_talking || system_.unread() > 0));
  if (may_write_ && is_owed_patience) {
    try {
      lingering_ = std::make_unique<Lingering>(system_);
      phase_ = Phase::lingering;
    } catch (const std::exception&) {  // no memory to linger
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

}  // namespace sock
