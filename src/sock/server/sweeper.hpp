#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "server/registry.hpp"

namespace sock {

/// Watches the time: ends idle connections, and reports the end of the grace.
///
/// Threads that serve with blocking calls cannot do this themselves. One thread watches all
/// connections; the serving threads only count bytes, which costs them nothing more.
class Sweeper {
 public:
  /// `idle_timeout` 0: idle connections stay. `registry` must outlive this. `on_cut` is called on
  /// the sweeper's thread when the time of cut_at() has come.
  Sweeper(Registry& registry, std::chrono::milliseconds idle_timeout, std::function<void()> on_cut);
  ~Sweeper();
  Sweeper(const Sweeper&) = delete;
  Sweeper& operator=(const Sweeper&) = delete;

  /// Calls `on_cut` at this time, or at an earlier one that was set before. From any thread.
  void cut_at(Clock::time_point when);

 private:
  void run();
  void look_at(Connection& connection, std::chrono::milliseconds passed) const;

  Registry& registry_;
  const std::function<void()> on_cut_;
  std::chrono::milliseconds idle_timeout_;
  std::chrono::milliseconds interval_;
  Clock::time_point looked_at_ = Clock::now();
  std::mutex mutex_;
  std::condition_variable changed_;
  Clock::time_point cut_at_ = no_deadline;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace sock
