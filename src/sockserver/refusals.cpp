#include "refusals.hpp"

#include <algorithm>
#include <utility>

namespace sockserver {

std::uint64_t Refusals::refuse(Time now) {
  ++untold_;
  return tell(now);
}

std::uint64_t Refusals::tell(Time now) {
  if (untold_ == 0 || !may_tell(now)) return 0;
  --lines_;
  return tell_rest();
}

std::uint64_t Refusals::tell_rest() { return std::exchange(untold_, 0); }

bool Refusals::may_tell(Time now) {
  using std::chrono::seconds;
  const auto passed = std::chrono::duration_cast<seconds>(now - counted_);
  if (lines_ == most_lines) {
    counted_ = now;
  } else if (passed >= seconds(1)) {
    lines_ = static_cast<int>(std::min<seconds::rep>(most_lines, lines_ + passed.count()));
    counted_ += passed;
  }
  return lines_ > 0;
}

}  // namespace sockserver
