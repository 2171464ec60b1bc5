#pragma once

#include <chrono>
#include <cstdint>

namespace sockserver {

/// Limits the log lines about refused clients: the first ten have a line each, a flood has one line
/// a second with a count. After ten quiet seconds the next ten have a line each again.
///
/// Uses no clock: times are given, and must not decrease. Not thread-safe.
class Refusals {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Counts a refusal. Returns how many to log now: 0: none; 1: this one; more: this one and
  /// earlier ones that were not logged.
  std::uint64_t refuse(Time now);

  /// How many earlier refusals can be logged now, without a new one.
  std::uint64_t tell(Time now);

  /// How many refusals are left to log, at the end.
  std::uint64_t tell_rest();

 private:
  static constexpr int most_lines = 10;  // at once; one more each second

  bool may_tell(Time now);

  int lines_ = most_lines;  // that may be written now
  Time counted_;            // when `lines_` was updated
  std::uint64_t untold_ = 0;
};

}  // namespace sockserver
