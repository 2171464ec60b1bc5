// At most per second: 10 changes of segments, 4 of the window, 2 of the rtt. The others are few in
// the life of a connection: three changes of state, and the end.

#include "sock/tcp_narrator.hpp"

#include <utility>

namespace sock {
namespace {

using namespace std::chrono_literals;

constexpr std::array least_times{100ms, 250ms, 500ms};  // for each Kind

}  // namespace

std::string_view name_of(TcpState state) noexcept {
  constexpr std::array<std::string_view, 12> names{
      "UNKNOWN",   "ESTABLISHED", "SYN_SENT",   "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",
      "TIME_WAIT", "CLOSE",       "CLOSE_WAIT", "LAST_ACK", "LISTEN",    "CLOSING"};
  const auto place = static_cast<std::size_t>(state);
  return names[place < names.size() ? place : 0];
}

void TcpNarrator::see(const TcpInfo& now, Clock::time_point when) {
  now_ = now;
  when_ = when;
  note_first();
}

void TcpNarrator::ending() {
  is_first_ = now_.state == TcpState::established;
  has_ended_ = true;
}

void TcpNarrator::see_last(const TcpInfo& now, Clock::time_point when, bool is_lost) {
  is_lost_ = is_lost;
  stage_ = Stage::closing;
  see(now, when);
}

std::optional<TcpChange> TcpNarrator::next() {
  using What = TcpChange::What;
  if (stage_ == Stage::told) return {};
  if (has_new_state()) {
    auto change = this->change(What::state);
    change.why = cause();
    change.before = std::exchange(state_, now_.state);
    return change;
  }
  if (stage_ == Stage::closing) {  // the end has all counts
    stage_ = Stage::told;
    auto change = this->change(What::end);
    change.time_wait = time_wait();
    return change;
  }
  if (has_full_window() != is_full_ && is_time(window)) {
    is_full_ = !is_full_;
    return change(is_full_ ? What::window_full : What::window_open);
  }
  if (has_new_segments() && is_time(segments)) {
    told_writes_ = writes_;
    told_segments_ = *now_.segments;
    return change(What::segments);
  }
  if (has_new_rtt() && is_time(rtt)) {
    told_rtt_ = now_.rtt;
    return change(What::rtt);
  }
  return {};
}

// Whether a change of this kind may be reported now; if so, notes the time.
bool TcpNarrator::is_time(Kind kind) {
  auto& told = told_at_.at(kind);
  if (told != Clock::time_point() && when_ < told + least_times.at(kind)) return false;
  told = when_;
  return true;
}

// Without a FIN of ours, only a reset or a lost connection leads to this state.
bool TcpNarrator::is_reset() const {
  return now_.state == TcpState::closed && (now_.has_error || is_lost_ || !has_ended_);
}

// The system reports the same after both FINs and after a reset whose error the program has just
// read. Only the program can tell which, at the last sample.
bool TcpNarrator::has_new_state() const {
  if (now_.state == state_) return false;
  return now_.state != TcpState::closed || is_reset() || stage_ == Stage::closing;
}

TcpCause TcpNarrator::cause() const {
  switch (now_.state) {
    case TcpState::close_wait:
      return TcpCause::peer_fin;
    case TcpState::fin_wait_1:
      return TcpCause::our_fin;
    case TcpState::fin_wait_2:
      return TcpCause::our_fin_acknowledged;
    case TcpState::last_ack:
      return state_ == TcpState::close_wait ? TcpCause::our_fin : TcpCause::both_fins;
    case TcpState::closing:
      return state_ == TcpState::fin_wait_1 ? TcpCause::peer_fin : TcpCause::both_fins;
    case TcpState::time_wait:
      return TcpCause::peer_fin;
    case TcpState::closed:
      if (is_reset()) return now_.unanswered > 0 ? TcpCause::lost : TcpCause::reset;
      if (state_ == TcpState::established) return TcpCause::both_fins;
      return first_ == TimeWait::here ? TcpCause::peer_fin : TcpCause::our_fin_acknowledged;
    default:
      return TcpCause::none;
  }
}

void TcpNarrator::note_first() {
  switch (now_.state) {
    case TcpState::close_wait:
    case TcpState::last_ack:
      first_ = TimeWait::peer;
      break;
    case TcpState::fin_wait_1:
    case TcpState::fin_wait_2:
    case TcpState::time_wait:
      first_ = TimeWait::here;
      break;
    case TcpState::closing:
      first_ = TimeWait::both;
      break;
    default:
      break;
  }
}

TimeWait TcpNarrator::time_wait() const {
  if (is_reset() || resets_) return TimeWait::none;
  if (now_.state == TcpState::closed) {
    return first_.value_or(is_first_ ? TimeWait::here : TimeWait::unknown);
  }
  if (now_.unread > 0) return TimeWait::none;
  if (has_full_window()) return TimeWait::open;
  return first_.value_or(TimeWait::here);
}

// A small rest of the window counts as full too: TCP does not send a small segment to fill it (RFC
// 9293, 3.8.6.2.1).
bool TcpNarrator::has_full_window() const {
  if (!now_.window || now_.state == TcpState::closed) return false;
  const bool is_held = now_.unsent.value_or(0) > 0 && now_.in_flight == 0;
  return now_.window == 0 || (is_held && *now_.window < now_.segment_size);
}

bool TcpNarrator::has_new_segments() const {
  return now_.segments && (writes_ != told_writes_ || *now_.segments != told_segments_);
}

bool TcpNarrator::has_new_rtt() const {
  if (!now_.rtt) return false;
  if (!told_rtt_) return true;
  return *now_.rtt * 2 >= *told_rtt_ * 3 || *now_.rtt * 2 <= *told_rtt_;
}

TcpChange TcpNarrator::change(TcpChange::What what) const {
  return {.what = what, .now = now_, .before = state_, .writes = writes_};
}

}  // namespace sock
