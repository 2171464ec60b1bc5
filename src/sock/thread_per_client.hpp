#pragma once

#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

namespace sock {

/// Runs each task on a thread of its own.
///
/// No thread is detached, and none waits long to be joined: each, as its last act, joins the one
/// that finished before it.
class ThreadPerClient {
 public:
  ThreadPerClient() = default;
  ThreadPerClient(const ThreadPerClient&) = delete;
  ThreadPerClient& operator=(const ThreadPerClient&) = delete;
  ~ThreadPerClient() { join_all(); }

  /// Waits until all tasks are done and their threads gone.
  void join_all();

  /// Throws std::system_error when the system gives no more threads; `task` was not called then.
  template <typename Task>
  void start(Task task) {
    const std::lock_guard lock(mutex_);
    const auto self = running_.emplace(running_.end());
    try {
      *self = std::thread([this, self, task = std::move(task)] {
        task();
        leave(self);
      });
    } catch (...) {
      running_.erase(self);
      throw;
    }
  }

 private:
  void leave(std::list<std::thread>::iterator self);

  std::mutex mutex_;
  std::condition_variable all_left_;
  std::list<std::thread> running_;
  std::thread finished_;  // the last one to leave
};

}  // namespace sock
