#include "window.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>

namespace load {

Window::Window(const Options& options)
    : server_(static_cast<pid_t>(options.count("pid", 0))),
      rounds_(options.count("rounds", std::numeric_limits<std::int64_t>::max())),
      warmup_(options.number("warmup", 0.2)),
      seconds_(options.number("seconds", 1)) {
  latencies_.reserve(1 << 20);
  if (options.count("rounds", 0) == 0) return;
  warmup_ = 0;
  seconds_ = std::numeric_limits<double>::infinity();
  pass(since_);
}

void Window::pass(Clock::time_point now) {
  const double passed = seconds_between(since_, now);
  if (state_ == State::warming && passed >= warmup_) {
    state_ = State::open;
    cpu_ = server_.cpu();
    since_ = Clock::now();
  } else if (state_ == State::open && passed >= seconds_) {
    finish(now);
  }
}

void Window::finish(Clock::time_point now) {
  if (state_ == State::over) return;
  state_ = State::over;
  cpu_ = server_.cpu() - cpu_;
  seconds_ = seconds_between(since_, now);
}

std::string Window::report() {
  const auto percentile_us = [this](double share) {
    if (latencies_.empty()) return 0.0;
    const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(latencies_.size() - 1));
    std::nth_element(latencies_.begin(), latencies_.begin() + at, latencies_.end());
    return 1e6 * static_cast<double>(latencies_[static_cast<std::size_t>(at)]);
  };
  const auto operations = static_cast<double>(std::max<std::uint64_t>(operations_, 1));
  char line[256];
  std::snprintf(line, sizeof line,
                "operations=%llu seconds=%.6f cpu_us=%.6f rate=%.1f p50_us=%.1f p99_us=%.1f",
                static_cast<unsigned long long>(operations_), seconds_, 1e6 * cpu_ / operations,
                static_cast<double>(operations_) / seconds_, percentile_us(0.5),
                percentile_us(0.99));
  return line;
}

}  // namespace load
