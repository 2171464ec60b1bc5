#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

namespace sock {

/// Runs each task on a thread of its own. No thread is detached.
///
/// One thread starts the others and joins them. It is told when finished ones are worth its while;
/// if they joined each other, each would have to wait for the one before, and under load the row
/// of those that wait would grow faster than it ends.
class ThreadPerClient {
 public:
  /// `wake` is called from the finishing threads when some wait to be joined: always after the
  /// last one. It does not throw, and outlives the threads.
  explicit ThreadPerClient(std::function<void()> wake) : wake_(std::move(wake)) {}
  ThreadPerClient(const ThreadPerClient&) = delete;
  ThreadPerClient& operator=(const ThreadPerClient&) = delete;
  ~ThreadPerClient() { join_all(); }

  /// Joins the threads that are finished; waits for no other.
  void join_finished();

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
  std::list<std::thread> finished_;
  std::function<void()> wake_;
};

}  // namespace sock
