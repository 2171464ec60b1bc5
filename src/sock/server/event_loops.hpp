#pragma once

#include <asio/executor_work_guard.hpp>
#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

#include "server/event_loop.hpp"

namespace sock {

/// Some event loops, each on a thread of its own; the first runs on the thread that calls run().
class EventLoops {
 public:
  EventLoops(std::size_t count, Registry& registry, Observer& observer);
  EventLoops(const EventLoops&) = delete;
  EventLoops& operator=(const EventLoops&) = delete;
  ~EventLoops();

  /// Until the first loop has nothing to wait for, and then no other has. What a handler of the
  /// first one throws leaves this; run() is to be called again then. Throws std::system_error when
  /// the system gives no thread.
  void run();

  EventLoop& first() { return *loops_.front(); }

  /// Whose turn it is to get a client, until one has been dealt. On the first loop's thread.
  EventLoop& next() { return *loops_[dealt_ % loops_.size()]; }
  void deal() { ++dealt_; }

 private:
  void start_others();
  void join_others();

  std::vector<std::unique_ptr<EventLoop>> loops_;
  std::vector<asio::executor_work_guard<asio::io_context::executor_type>> kept_running_;
  std::vector<std::thread> others_;
  std::size_t dealt_ = 0;
};

}  // namespace sock
