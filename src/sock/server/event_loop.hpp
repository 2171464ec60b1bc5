#pragma once

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <thread>

#include "core/conversation.hpp"
#include "net/descriptor.hpp"
#include "net/wake_fd.hpp"
#include "server/deadlines.hpp"

namespace sock {

/// What an event loop serves, in turns. The code that waits for it owns it.
class Served {
 public:
  virtual ~Served() = default;
  /// On the loop's thread. Does what can be done without waiting. Returns true if it could do more,
  /// and wants another turn after the others.
  virtual bool proceed() noexcept = 0;

 protected:
  /// From any thread.
  bool is_queued() const { return is_queued_; }

 private:
  friend class ServedQueue;
  std::shared_ptr<Served> next_;
  std::atomic<bool> is_queued_{false};
};

/// An object that waits for events of one descriptor.
class Watcher {
 public:
  Watcher() = default;
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  virtual ~Watcher() = default;
  /// On the loop's thread: an awaited event has come, or an error, which the next call on the
  /// descriptor reports.
  virtual void ready() = 0;

 protected:
  /// The events that it waits for; 0: none.
  std::uint32_t watched() const { return watched_; }

 private:
  friend class EventLoop;
  std::uint32_t watched_ = 0;
};

/// A queue that needs no memory of its own. Not thread-safe; an object is in at most one queue.
class ServedQueue {
 public:
  /// From any thread, before push(). Returns false if `one` is in a queue already.
  static bool claim(Served& one) noexcept { return !one.is_queued_.exchange(true); }
  void push(std::shared_ptr<Served> one) noexcept;
  /// Moves all of `other` to the end of this queue.
  void append(ServedQueue& other) noexcept;
  /// Returns nullptr if the queue is empty. The returned object can be claimed again.
  std::shared_ptr<Served> pop() noexcept;
  bool is_empty() const { return first_ == nullptr; }

 private:
  std::shared_ptr<Served> first_;
  Served* last_ = nullptr;
};

/// An event loop with level-triggered epoll(7), and the buffers that its clients share.
///
/// One thread at a time runs it, and serves one client at a time. So one set of buffers is enough
/// for all clients: an idle client has none.
class EventLoop {
 public:
  /// Throws std::system_error when out of descriptors.
  EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  /// Runs until stop(). An exception of a handler leaves run(), which can then be called again.
  void run();
  /// Waits for something to do, and does it: the deadlines that have come, the events of one
  /// descriptor, and one turn of an object in the queue. Returns false if the loop had been
  /// stopped.
  bool run_one();
  /// From any thread.
  void stop() noexcept;
  bool is_stopped() const { return is_stopped_; }

  /// Gives `one` a turn soon, after all that is ready now. From any thread; without effect if `one`
  /// waits for its turn already.
  void soon(const std::shared_ptr<Served>& one) noexcept;

  /// Calls one.ready() whenever `fd` is ready for one of `events` (EPOLLIN, EPOLLOUT), instead of
  /// earlier events; 0: for none, which must be set before the descriptor is closed or `one` is
  /// destroyed. Call it on the loop's thread, or while the loop does not run. Returns false if the
  /// system has no memory for it (errno); then the earlier events stay.
  bool watch(Watcher& one, int fd, std::uint32_t events) noexcept;

  /// Calls one.due() at `when`, instead of at an earlier deadline. Call it on the loop's thread.
  /// Throws std::bad_alloc, unless `one` has had a deadline or was given to Deadlines::reserve().
  void set_deadline(Timed& one, Clock::time_point when) { deadlines_.set(one, when); }
  void clear_deadline(Timed& one) noexcept { deadlines_.clear(one); }

  Buffers buffers;  // of the client that is being served

 private:
  class OnThisThread;
  // The most turns before the loop looks for events again: so others do not wait for long.
  static constexpr int most_turns = 32;

  // Ready when another thread has queued something.
  class Wake final : public Watcher {
   public:
    explicit Wake(EventLoop& loop) : loop_(loop) {}
    void ready() override { loop_.take_from_others(); }

   private:
    EventLoop& loop_;
  };

  bool is_own_thread() const {
    return thread_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  }
  void turn(int most);
  void take_from_others() noexcept;

  Deadlines deadlines_;
  ServedQueue queue_;  // for the loop's thread
  std::mutex mutex_;
  ServedQueue from_others_;              // under the mutex
  std::atomic<std::thread::id> thread_;  // the thread that runs the loop now
  std::atomic<bool> is_stopped_{false};
  Descriptor epoll_;
  WakeFd wake_fd_;
  Wake wake_{*this};
  std::array<epoll_event, most_turns> events_{};
  std::span<epoll_event> to_tell_;  // the events of this turn that are left
};

}  // namespace sock
