#pragma once

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

#include "server/event_loop.hpp"

namespace sock {

/// Several event loops. The owner runs the first one; the others run on threads of their own.
class EventLoops {
 public:
  /// Starts the threads. Throws std::system_error when the system gives no thread or descriptor.
  explicit EventLoops(std::size_t count);
  EventLoops(const EventLoops&) = delete;
  EventLoops& operator=(const EventLoops&) = delete;
  ~EventLoops();

  EventLoop& first() { return *loops_.front(); }

  /// The loop that gets the next client; the same one until deal(). One thread at a time.
  EventLoop& next() { return *loops_[dealt_ % loops_.size()]; }
  void deal() { ++dealt_; }

  /// Stops all loops. From any thread.
  void stop();
  /// Stops all loops, and waits for their threads. Call it on the thread that made this.
  void end();

 private:
  std::vector<std::unique_ptr<EventLoop>> loops_;
  std::vector<std::thread> others_;
  std::size_t dealt_ = 0;
};

}  // namespace sock
