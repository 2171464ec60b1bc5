#pragma once

#include <chrono>
#include <optional>

namespace sockserver {

/// Tells what a signal means that ends the server: the first one stops it in order, a later one
/// cuts what is left. But signals that come together are one: timeout(1) sends SIGTERM to its child
/// and then to its group, and a terminal that is closed may end both its shell and what runs in it.
///
/// Knows no clock: times are given. Not thread-safe.
class StopSignals {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Meaning { stop, nothing, cut };

  Meaning take(Time now) {
    if (!first_) {
      first_ = now;
      return Meaning::stop;
    }
    return now - *first_ < together ? Meaning::nothing : Meaning::cut;
  }

 private:
  static constexpr std::chrono::milliseconds together{200};

  std::optional<Time> first_;
};

}  // namespace sockserver
