#include "ping_session.hpp"

#include <algorithm>

namespace sockclient {
namespace {

using sock::Clock;

// This many pings are remembered after their end, to recognize answers that come even later.
constexpr std::size_t most_remembered = 1000;

// After a lost connection the next try is delayed, however short the interval is.
constexpr std::chrono::milliseconds after_a_loss{100};

}  // namespace

PingSession::PingSession(const PingOptions& options, Carrier carrier,
                         std::chrono::milliseconds answer_limit, std::uint32_t seed, Time start)
    : options_(options),
      carrier_(carrier),
      answer_limit_(answer_limit),
      payload_(options.size, seed),
      next_at_(start) {}

PingSession::Time PingSession::next_at() const {
  const bool has_to_wait = options_.interval.count() == 0 && waiting_ > 0;
  return is_all_sent() || has_to_wait ? sock::no_deadline : next_at_;
}

void PingSession::connected(Time start) {
  is_fresh_ = true;
  next_at_ = std::max(next_at_, start);
}

void PingSession::sent(Time now) {
  is_fresh_ = false;
  pings_.push_back({.sent = now});
  ++totals_.sent;
  ++waiting_;
  next_at_ = now + options_.interval;
  forget_old();
}

void PingSession::cannot_send(Reason why, Time now) {
  sent(now);
  lost_connection(why, now);
}

void PingSession::received(std::string_view bytes, Time now) {
  if (is_fresh_) return;
  if (!is_stream()) return judge(bytes, now);
  part_ += bytes;
  std::size_t taken = 0;
  for (;;) {
    const auto rest = std::string_view(part_).substr(taken);
    const auto line = rest.find('\n', seen_);
    const auto size = std::min(line == rest.npos ? line : line + 1, payload_.size());
    if (size > rest.size()) {
      seen_ = rest.size();
      break;
    }
    judge(rest.substr(0, size), now);
    taken += size;
    seen_ = 0;
  }
  part_.erase(0, taken);
}

void PingSession::judge(std::string_view answer, Time now) {
  const auto number = PingPayload::number_in(answer);
  if (!number || !is_known(*number) || answer != payload_.of(*number)) {
    judge_wrong(answer, now);
  } else if (ping(*number).state == State::waiting) {
    answered(*number, answer.size(), now);
  } else {
    answered_again(*number, answer.size(), now);
  }
}

void PingSession::judge_wrong(std::string_view answer, Time now) {
  ++totals_.wrong;
  const auto number = PingPayload::number_in(answer);
  if (number && is_known(*number) && ping(*number).state == State::waiting) {
    lose(*number, Reason::wrong, now);
  } else if (is_stream() && waiting_ > 0) {
    lose(first_waiting_, Reason::wrong, now);
  } else {
    events_.push_back({.kind = PingEvent::Kind::foreign, .bytes = answer.size()});
  }
}

void PingSession::answered(std::uint64_t number, std::size_t bytes, Time now) {
  Ping& one = ping(number);
  one.state = State::answered;
  --waiting_;
  const bool is_reordered = number < last_answered_;
  if (is_reordered) ++totals_.reordered;
  last_answered_ = std::max(last_answered_, number);
  totals_.times.add(now - one.sent);
  events_.push_back(
      {.number = number, .bytes = bytes, .time = now - one.sent, .is_reordered = is_reordered});
  forget_old();
}

// In a correct stream, no answer comes twice.
void PingSession::answered_again(std::uint64_t number, std::size_t bytes, Time now) {
  const Ping& one = ping(number);
  ++(one.state == State::lost ? totals_.late : totals_.doubled);
  if (is_stream() && one.state == State::answered) ++totals_.wrong;
  events_.push_back({.kind = PingEvent::Kind::again,
                     .number = number,
                     .bytes = bytes,
                     .time = now - one.sent,
                     .is_late = one.state == State::lost});
}

void PingSession::lose(std::uint64_t number, Reason why, Time now) {
  Ping& one = ping(number);
  one.state = State::lost;
  --waiting_;
  ++totals_.lost;
  events_.push_back(
      {.kind = PingEvent::Kind::lost, .number = number, .time = now - one.sent, .reason = why});
  forget_old();
}

Reason PingSession::reason_of_first(Reason why) {
  if (part_.empty() || payload_.of(first_waiting_).starts_with(part_)) return why;
  ++totals_.wrong;
  return Reason::wrong;
}

void PingSession::lost_connection(Reason why, Time now) {
  if (is_fresh_) sent(now);
  if (waiting_ > 0) lose(first_waiting_, reason_of_first(why), now);
  while (waiting_ > 0) lose(first_waiting_, why, now);
  part_.clear();
  seen_ = 0;
  next_at_ = std::max(next_at_, now + after_a_loss);
}

PingSession::Time PingSession::deadline() const {
  if (waiting_ == 0 || answer_limit_.count() == 0) return sock::no_deadline;
  return pings_[place_of(first_waiting_)].sent + answer_limit_;
}

bool PingSession::give_up(Time now) {
  if (deadline() > now) return false;
  if (is_stream()) {
    lost_connection(Reason::timeout, now);
  } else {
    while (deadline() <= now) lose(first_waiting_, Reason::timeout, now);
  }
  return true;
}

void PingSession::forget_old() {
  while (first_waiting_ <= totals_.sent && ping(first_waiting_).state != State::waiting) {
    ++first_waiting_;
  }
  while (pings_.size() > most_remembered && oldest() < first_waiting_) pings_.pop_front();
}

}  // namespace sockclient
