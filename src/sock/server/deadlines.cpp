#include "server/deadlines.hpp"

#include <utility>

namespace sock {

void Deadlines::reserve(Timed& one) {
  if (one.is_waiting_ || !one.node_.empty()) return;
  Timed::Queue made;
  one.node_ = made.extract(made.emplace(no_deadline, &one));
}

void Deadlines::set(Timed& one, Clock::time_point when) {
  if (one.is_waiting_ && one.place_->first == when) return;
  clear(one);
  if (when == no_deadline) return;
  reserve(one);
  one.node_.key() = when;
  one.place_ = queue_.insert(std::move(one.node_));
  one.is_waiting_ = true;
}

void Deadlines::clear(Timed& one) noexcept {
  if (std::exchange(one.is_waiting_, false)) one.node_ = queue_.extract(one.place_);
}

Clock::time_point Deadlines::first() const {
  return queue_.empty() ? no_deadline : queue_.begin()->first;
}

Timed* Deadlines::take(Clock::time_point now) noexcept {
  if (queue_.empty() || queue_.begin()->first > now) return nullptr;
  Timed* const one = queue_.begin()->second;
  clear(*one);
  return one;
}

}  // namespace sock
