#pragma once

#include <chrono>
#include <optional>

namespace sockserver {

/// The meaning of a signal that ends the server: the first one stops it gracefully, a later one
/// cuts what is left. Signals that come together count as one: timeout(1) sends SIGTERM to its
/// child and then to its group, and a closed terminal may end its shell and the shell's programs.
///
/// Uses no clock: times are given. Not thread-safe.
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
