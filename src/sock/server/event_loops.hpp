#pragma once

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

#include "server/event_loop.hpp"

namespace sock {

/// Some event loops. The first one is run by whoever has it; the others on threads of their own.
class EventLoops {
 public:
  /// Starts the threads. Throws std::system_error when the system gives no thread or descriptor.
  explicit EventLoops(std::size_t count);
  EventLoops(const EventLoops&) = delete;
  EventLoops& operator=(const EventLoops&) = delete;
  ~EventLoops();

  EventLoop& first() { return *loops_.front(); }

  /// Whose turn it is to get a client, until one has been dealt. One thread at a time.
  EventLoop& next() { return *loops_[dealt_ % loops_.size()]; }
  void deal() { ++dealt_; }

  /// All of them. From any thread.
  void stop();
  /// Stops them, and waits for their threads. By the one that made this.
  void end();

 private:
  std::vector<std::unique_ptr<EventLoop>> loops_;
  std::vector<std::thread> others_;
  std::size_t dealt_ = 0;
};

}  // namespace sock
