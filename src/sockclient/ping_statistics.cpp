#include "ping_statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace sockclient {
namespace {

// From 256 ns up, each power of two has 128 classes; below, each nanosecond has one.
constexpr int bits = 7;
constexpr std::uint64_t per_power = 1U << bits;

std::size_t class_of(std::uint64_t nanoseconds) {
  const int width = std::numeric_limits<std::uint64_t>::digits - std::countl_zero(nanoseconds);
  const int shift = std::max(width - bits - 1, 0);
  return static_cast<std::size_t>(static_cast<std::uint64_t>(shift) * per_power +
                                  (nanoseconds >> shift));
}

std::uint64_t middle_of(std::size_t index) {
  if (index < 2 * per_power) return index;
  const auto shift = index / per_power - 1;
  return ((index - shift * per_power) << shift) + (std::uint64_t{1} << shift) / 2;
}

}  // namespace

void PingStatistics::add(Duration time) {
  const auto index = class_of(static_cast<std::uint64_t>(time.count()));
  if (index >= classes_.size()) classes_.resize(index + 1);
  ++classes_[index];
  ++count_;
  least_ = std::min(least_, time);
  greatest_ = std::max(greatest_, time);
  sum_ += time;
}

PingStatistics::Duration PingStatistics::percentile(double share) const {
  const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  if (rank <= 1) return least_;
  if (rank >= count_) return greatest_;
  std::size_t index = 0;
  for (std::uint64_t passed = classes_[0]; passed < rank; passed += classes_[index]) ++index;
  return std::clamp(Duration(middle_of(index)), least_, greatest_);
}

}  // namespace sockclient
