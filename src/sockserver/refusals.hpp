#pragma once

#include <chrono>
#include <cstdint>

namespace sockserver {

/// Thins out what the log says of refused clients: each of the first ten has its line, a flood has
/// one line a second with a count. After ten calm seconds the next ten have their lines again.
///
/// Knows no clock: times are given, and do not go back. Not thread-safe.
class Refusals {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// One more was refused. How many are to be told now: 0 none; 1 this one; more: this one and
  /// those before that were not told.
  std::uint64_t refuse(Time now);

  /// How many were not told and can be told now without another refusal.
  std::uint64_t tell(Time now);

  /// How many were not told, at the end.
  std::uint64_t tell_rest();

 private:
  static constexpr int most_lines = 10;  // at once; one more every second

  bool may_tell(Time now);

  int lines_ = most_lines;  // that may be written now
  Time counted_;            // when `lines_` was right
  std::uint64_t untold_ = 0;
};

}  // namespace sockserver
