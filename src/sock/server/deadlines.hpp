#pragma once

#include <map>
#include <vector>

#include "sock/wait.hpp"

namespace sock {

/// An object that waits for a time. It has one deadline.
class Timed {
 public:
  virtual ~Timed() = default;
  virtual void due() noexcept = 0;

 private:
  friend class Deadlines;
  using Queue = std::multimap<Clock::time_point, Timed*>;
  Queue::node_type node_;  // its memory, while it has no deadline
  Queue::iterator place_;
  bool is_waiting_ = false;
};

/// Deadlines, the earliest first. Not thread-safe.
class Deadlines {
 public:
  /// After this, set() needs no memory for `one`. Throws std::bad_alloc.
  static void reserve(Timed& one);
  /// Replaces an earlier deadline; no_deadline: removes it. Throws std::bad_alloc, the first time
  /// only.
  void set(Timed& one, Clock::time_point when);
  /// Call it when `one` waits no longer, or is about to be destroyed.
  void clear(Timed& one) noexcept;

  /// The earliest deadline; no_deadline if there is none.
  Clock::time_point first() const;
  /// Removes and returns an object whose time has come; nullptr if there is none.
  Timed* take(Clock::time_point now) noexcept;

 private:
  Timed::Queue queue_;
};

}  // namespace sock
