#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "options.hpp"
#include "server_process.hpp"

namespace load {

using Clock = std::chrono::steady_clock;

inline double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

/// The measured part of a run: after the warm-up, for `--seconds`. With `--rounds N` instead,
/// everything counts, and each client ends after N rounds.
class Window {
 public:
  explicit Window(const Options& options);

  /// Updates the time; must be called now and then.
  void pass(Clock::time_point now);

  /// One operation has ended. Counts it if the window is open.
  void count(double latency_s) {
    note(latency_s);
    count_many(1);
  }
  void count_many(std::uint64_t operations) {
    if (state_ == State::open) operations_ += operations;
  }

  void note(double latency_s) {
    if (state_ == State::open) latencies_.push_back(static_cast<float>(latency_s));
  }

  bool is_open() const { return state_ == State::open; }
  bool is_over() const { return state_ == State::over; }
  std::uint64_t operations() const { return operations_; }
  std::uint64_t rounds() const { return rounds_; }  ///< for each client

  /// Ends a run that is bounded by rounds.
  void finish(Clock::time_point now);

  /// `operations=... seconds=... cpu_us=... rate=... p50_us=... p99_us=...`, for one operation.
  std::string report();

 private:
  enum class State { warming, open, over };

  State state_ = State::warming;
  ServerProcess server_;
  std::uint64_t rounds_;
  double warmup_;
  double seconds_;
  Clock::time_point since_ = Clock::now();
  double cpu_ = 0;
  std::uint64_t operations_ = 0;
  std::vector<float> latencies_;
};

}  // namespace load
