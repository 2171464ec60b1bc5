#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "sock/wait.hpp"

namespace sock {

/// Limits a rate: says how much may be taken now at so many bytes per second. After a pause, four
/// times as much may be taken at once.
class TokenBucket {
 public:
  /// `rate` is in bytes per second, above 0. The bucket is full at first.
  TokenBucket(std::size_t rate, Clock::time_point now)
      : rate_(static_cast<double>(rate)), tokens_(most()), at_(now) {}

  /// In bytes; 0 while it is less than a piece (the bytes of 1/64 s).
  std::size_t available(Clock::time_point now) {
    tokens_ = std::min(most(), tokens_ + rate_ * std::chrono::duration<double>(now - at_).count());
    at_ = now;
    return tokens_ < piece() ? 0 : static_cast<std::size_t>(tokens_);
  }

  void take(std::size_t bytes) { tokens_ -= static_cast<double>(bytes); }

  /// When something will be available.
  Clock::time_point next_time() const {
    const std::chrono::duration<double> missing(std::max(piece() - tokens_, 0.0) / rate_);
    return at_ + std::chrono::ceil<Clock::duration>(missing);
  }

 private:
  double most() const { return 4 * rate_; }
  double piece() const { return std::max(rate_ / 64, 1.0); }

  double rate_;
  double tokens_;
  Clock::time_point at_;
};

}  // namespace sock
