#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "server/registry.hpp"

namespace sock {

/// Watches the time: ends idle connections, and tells of the end of the grace.
///
/// Threads that serve with blocking calls cannot do this themselves. One thread for all
/// connections; those that serve note their progress by counting bytes and pay nothing for it.
class Sweeper {
 public:
  /// `idle_timeout` 0: idle connections stay. `registry` outlives this. `on_cut` is called, on a
  /// thread of its own, when the time of cut_at() has come.
  Sweeper(Registry& registry, std::chrono::milliseconds idle_timeout, std::function<void()> on_cut);
  ~Sweeper();
  Sweeper(const Sweeper&) = delete;
  Sweeper& operator=(const Sweeper&) = delete;

  /// Cuts what is still open then. From any thread.
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
