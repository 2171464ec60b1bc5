#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/basic_stream_descriptor.hpp>
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

#include "core/conversation.hpp"
#include "net/stream_socket.hpp"
#include "net/wake_fd.hpp"
#include "server/deadlines.hpp"
#include "server/handler_memory.hpp"
#include "server/speculation.hpp"

namespace sock {

/// What an event loop serves: goes on whenever it is its turn. Owned by whoever waits for it.
class Served {
 public:
  virtual ~Served() = default;
  /// On the loop's thread. Does what can be done without waiting. True: it could do more, and wants
  /// another turn when the others have had theirs.
  virtual bool proceed() noexcept = 0;

 private:
  friend class ServedQueue;
  std::shared_ptr<Served> next_;
  std::atomic<bool> is_queued_{false};
};

/// A queue that needs no memory of its own. Not thread-safe; each is in one queue at most.
class ServedQueue {
 public:
  /// False: it waits in a queue already. From any thread; then push().
  static bool claim(Served& one) noexcept { return !one.is_queued_.exchange(true); }
  void push(std::shared_ptr<Served> one) noexcept;
  /// Takes all of `other`, behind what is here.
  void append(ServedQueue& other) noexcept;
  /// nullptr: it is empty. The one that is taken can be claimed anew.
  std::shared_ptr<Served> pop() noexcept;
  bool is_empty() const { return first_ == nullptr; }

 private:
  std::shared_ptr<Served> first_;
  Served* last_ = nullptr;
};

/// An event loop, and what those that it serves share.
///
/// One thread at a time runs it, and serves one client at a time. So one set of buffers is enough
/// for all of them: an idle client has none. Whatever is waited for has its memory beforehand.
class EventLoop {
 public:
  /// `hint`: Asio's, on concurrency. Throws std::system_error when out of descriptors.
  explicit EventLoop(int hint = 1);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  /// Until stop(). What a handler throws leaves this; it can be called again then.
  void run();
  /// One event, which is waited for. False: it was stopped.
  bool run_one();
  /// From any thread.
  void stop() { context_.stop(); }
  bool is_stopped() const { return context_.stopped(); }

  /// `one` goes on in the next turn, behind all that is ready now. From any thread; without effect
  /// if it waits for its turn already.
  void soon(const std::shared_ptr<Served>& one) noexcept;

  /// Calls one.due() then, in place of an earlier deadline. On the loop's thread. Throws
  /// std::bad_alloc, unless `one` has had a deadline, or was given to Deadlines::reserve().
  void set_deadline(Timed& one, Clock::time_point when);
  void clear_deadline(Timed& one) noexcept { deadlines_.clear(one); }

  asio::io_context& context() { return context_; }

  Buffers buffers;  // of the one that is being served
  Speculation reading_again;

 private:
  class OnThisThread;
  using Descriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;

  bool is_own_thread() const {
    return thread_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  }
  void schedule();
  void take_turn();
  void await_wake();
  void await_time();
  void set_timer();

  Deadlines deadlines_;
  Clock::time_point timer_ = no_deadline;  // what the timer is set to
  ServedQueue queue_;                      // the loop's thread's
  bool is_scheduled_ = false;
  std::mutex mutex_;
  ServedQueue from_others_;              // under the mutex
  std::atomic<std::thread::id> thread_;  // that lets it handle an event now
  LoopMemory turn_memory_, wake_memory_, time_memory_;
  asio::io_context context_;
  WakeFd wake_;
  Descriptor wake_descriptor_, time_descriptor_;
};

}  // namespace sock
