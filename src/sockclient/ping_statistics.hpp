#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sockclient {

/// Times, in memory that does not grow with their number: least, mean and greatest are exact,
/// percentiles to 1/256, by a histogram whose classes widen with the time (as HdrHistogram's).
class PingStatistics {
 public:
  using Duration = std::chrono::nanoseconds;

  /// `time` must not be negative.
  void add(Duration time);

  std::uint64_t count() const { return count_; }

  // These need at least one time.
  Duration least() const { return least_; }
  Duration greatest() const { return greatest_; }
  Duration mean() const { return sum_ / static_cast<Duration::rep>(count_); }
  /// The smallest time that a `share` (0 to 1) of all times does not exceed.
  Duration percentile(double share) const;

 private:
  std::vector<std::uint64_t> classes_;  // number of times in each
  std::uint64_t count_ = 0;
  Duration least_ = Duration::max();
  Duration greatest_{};
  Duration sum_{};
};

}  // namespace sockclient
