#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "sock/wait.hpp"

namespace sock {

/// How much may be taken now, of something that may be taken at so much a second, and four times as
/// much at once after a pause.
class TokenBucket {
 public:
  /// `rate` is in bytes a second, above 0. Full at first.
  TokenBucket(std::size_t rate, Clock::time_point now)
      : rate_(static_cast<double>(rate)), tokens_(most()), at_(now) {}

  /// In bytes; 0 until a good piece (a 64th of a second's) is there.
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
