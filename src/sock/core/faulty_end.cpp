#include "sock/faulty_end.hpp"

#include <algorithm>
#include <bit>

namespace sock {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_wait = 1s;
constexpr auto look_interval = 2ms;
constexpr int pieces_a_second = 50;  // for `rate`

}  // namespace

void FaultyEnd::note(bool is_done, Fault fault) {
  if (is_done) done_ |= 1U << static_cast<unsigned>(fault);
}

std::optional<Fault> FaultyEnd::take_news() {
  const unsigned news = done_ & ~told_;
  if (news == 0) return {};
  const int first = std::countr_zero(news);
  told_ |= 1U << first;
  return Fault(first);
}

FaultyEnd::Verdict FaultyEnd::judge(std::string_view ready, Clock::time_point now) {
  output_ = {};
  if (is_over_) {
    output_ = ready;
    return {ready.empty() ? Verdict::Kind::proceed : Verdict::Kind::send};
  }
  if (const auto kind = end()) return {*kind};
  note(faults_.deaf, Fault::deaf);
  if (ready.empty()) return {};
  note(faults_.mute, Fault::mute);
  if (faults_.mute) return {Verdict::Kind::discard};
  note(faults_.delay.count() > 0, Fault::delay);
  note(faults_.drip > 0, Fault::drip);
  note(faults_.rate > 0, Fault::rate);
  if (const auto when = may_send_at(now); when > now) return {Verdict::Kind::wait, when};
  left_ = ready.size();
  output_ = ready.substr(0, most_bytes());
  if (faults_.flip > 0) {
    changed_ = output_;
    auto in_the_piece = sent_ % faults_.flip;
    for (char& byte : changed_) {
      if (++in_the_piece % faults_.flip != 0) continue;
      byte ^= 1;
      note(true, Fault::flip);
    }
    output_ = changed_;
  }
  return {Verdict::Kind::send};
}

// The fault that ends the connection now, if there is one.
std::optional<FaultyEnd::Verdict::Kind> FaultyEnd::end() {
  const bool resets = faults_.reset && sent_ >= *faults_.reset;
  const bool closes = faults_.close && sent_ >= *faults_.close;
  note(resets, Fault::reset);
  note(closes && !resets, Fault::close);
  if (resets) return Verdict::Kind::reset;
  if (closes) return Verdict::Kind::close;
  return {};
}

std::optional<Clock::time_point> FaultyEnd::waits_until(Clock::time_point now) {
  if (!waits_since_) waits_since_ = now;
  if (now >= *waits_since_ + longest_wait) return {};
  return now + look_interval;
}

Clock::time_point FaultyEnd::may_send_at(Clock::time_point now) {
  if (!ready_since_) ready_since_ = now;
  return std::max(*ready_since_ + faults_.delay, next_);
}

std::size_t FaultyEnd::most_bytes() const {
  std::uint64_t most = ~std::uint64_t{0};
  if (faults_.drip > 0) {
    most = faults_.drip;
  } else if (faults_.rate > 0) {
    most = std::max<std::size_t>(faults_.rate / pieces_a_second, 1);
  }
  for (const auto& end : {faults_.close, faults_.reset}) {
    if (end) most = std::min(most, *end - sent_);
  }
  return static_cast<std::size_t>(std::min<std::uint64_t>(most, std::string_view::npos));
}

void FaultyEnd::sent(std::size_t bytes, Clock::time_point now) {
  if (bytes == 0) return;
  sent_ += bytes;
  left_ -= bytes;
  if (left_ == 0) ready_since_.reset();  // the next output is ready later
  if (faults_.drip == 0 && faults_.rate == 0) return;
  next_ = now;
  if (faults_.drip > 0) next_ = now + faults_.drip_pause;
  if (faults_.rate > 0) {
    // No burst builds up: the time for these bytes begins now. Their product needs 64 bits.
    const std::uint64_t bytes_by_ns = std::uint64_t{bytes} * 1'000'000'000;
    const auto time = std::chrono::nanoseconds(bytes_by_ns / faults_.rate);
    next_ = std::max<Clock::time_point>(next_, now + time);
  }
}

}  // namespace sock
