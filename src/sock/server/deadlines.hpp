#pragma once

#include <map>
#include <vector>

#include "sock/wait.hpp"

namespace sock {

/// Whoever waits for a time. One deadline each.
class Timed {
 public:
  virtual ~Timed() = default;
  virtual void due() noexcept = 0;

 private:
  friend class Deadlines;
  using Queue = std::multimap<Clock::time_point, Timed*>;
  Queue::node_type node_;  // its memory, while it waits for no time
  Queue::iterator place_;
  bool is_waiting_ = false;
};

/// Deadlines in their order. Not thread-safe.
class Deadlines {
 public:
  /// Later set() needs no memory for `one`. Throws std::bad_alloc.
  static void reserve(Timed& one);
  /// In place of an earlier one; no_deadline: none. Throws std::bad_alloc, at the first time only.
  void set(Timed& one, Clock::time_point when);
  /// `one` is about to die, or waits no longer.
  void clear(Timed& one) noexcept;

  /// no_deadline: there is none.
  Clock::time_point first() const;
  /// Takes one whose time has come; nullptr: there is none.
  Timed* take(Clock::time_point now) noexcept;

 private:
  Timed::Queue queue_;
};

}  // namespace sock
