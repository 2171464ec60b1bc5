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

/// Whoever waits for a descriptor. One descriptor each.
class Watcher {
 public:
  Watcher() = default;
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  virtual ~Watcher() = default;
  /// On the loop's thread: what it waits for has come, or an error, which the next call on the
  /// descriptor tells.
  virtual void ready() = 0;

 protected:
  /// What it waits for; 0: nothing.
  std::uint32_t watched() const { return watched_; }

 private:
  friend class EventLoop;
  std::uint32_t watched_ = 0;
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

/// An event loop, and what those that it serves share: epoll(7), with readiness told for as long as
/// it lasts.
///
/// One thread at a time runs it, and serves one client at a time. So one set of buffers is enough
/// for all of them: an idle client has none.
class EventLoop {
 public:
  /// Throws std::system_error when out of descriptors.
  EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  /// Until stop(). What a handler throws leaves this; it can be called again then.
  void run();
  /// Waits for something to do, and does it: what one descriptor is ready for, and one turn of
  /// those that go on. False: it had been stopped.
  bool run_one();
  /// From any thread.
  void stop() noexcept;
  bool is_stopped() const { return is_stopped_; }

  /// `one` goes on in the next turn, behind all that is ready now. From any thread; without effect
  /// if it waits for its turn already.
  void soon(const std::shared_ptr<Served>& one) noexcept;

  /// Calls one.ready() as often as `fd` is ready for one of `events` (EPOLLIN, EPOLLOUT), in place
  /// of what it has waited for; 0: for nothing, and it must be so when the descriptor is closed or
  /// `one` ends. On the loop's thread, or while it does not run. False: the system has no memory
  /// for it (errno), and it waits for what it did before.
  bool watch(Watcher& one, int fd, std::uint32_t events) noexcept;

  /// Calls one.due() then, in place of an earlier deadline. On the loop's thread. Throws
  /// std::bad_alloc, unless `one` has had a deadline, or was given to Deadlines::reserve().
  void set_deadline(Timed& one, Clock::time_point when) { deadlines_.set(one, when); }
  void clear_deadline(Timed& one) noexcept { deadlines_.clear(one); }

  Buffers buffers;  // of the one that is being served

 private:
  class OnThisThread;
  // Before the loop looks for events again: so long the others wait at most.
  static constexpr int most_turns = 32;

  // Something has come from another thread.
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
  ServedQueue queue_;  // the loop's thread's
  std::mutex mutex_;
  ServedQueue from_others_;              // under the mutex
  std::atomic<std::thread::id> thread_;  // that runs it now
  std::atomic<bool> is_stopped_{false};
  Descriptor epoll_;
  WakeFd wake_fd_;
  Wake wake_{*this};
  std::array<epoll_event, most_turns> events_{};
  std::span<epoll_event> to_tell_;  // those of this turn that are left
};

}  // namespace sock
