#pragma once

#include <algorithm>
#include <chrono>
#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "simulation/random.hpp"
#include "sock/wait.hpp"

namespace simulation {

using sock::Clock;

/// A part of a strand's work; it can wait for other parts. Its result is a bool.
/// A co_await must be its own statement or initialiser, never part of a condition: GCC 12 lays out
/// the frame of such a coroutine wrongly.
class [[nodiscard]] Task {
 public:
  struct promise_type {
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct Back {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> done) noexcept {
          return done.promise().caller;
        }
        void await_resume() noexcept {}
      };
      return Back{};
    }
    void return_value(bool value) { result = value; }
    void unhandled_exception() { std::terminate(); }

    std::coroutine_handle<> caller = std::noop_coroutine();
    bool result = false;
  };

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) noexcept {
    handle_.promise().caller = caller;
    return handle_;
  }
  bool await_resume() const noexcept { return handle_.promise().result; }

  std::coroutine_handle<> handle() const { return handle_; }
  bool is_done() const { return handle_.done(); }

 private:
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

/// A simulated thread, or a client's program.
struct Strand {
  explicit Strand(Task started) : task(std::move(started)), at(task.handle()) {}

  Task task;
  std::coroutine_handle<> at;   // where it continues
  std::function<bool()> ready;  // what it waits for, if anything
  Clock::time_point until = Clock::time_point::min();
  void* local = nullptr;  // stands for a thread_local variable
};

/// Runs strands one step at a time, in an order that the seed chooses, in virtual time. A step goes
/// from one wait to the next: for all other strands, it is atomic.
class Schedule {
 public:
  explicit Schedule(Random& random) : random_(random) {}

  void start(Task task) { strands_.push_back(std::make_unique<Strand>(std::move(task))); }

  /// Returns false if all strands are waiting.
  bool step() {
    runnable_.clear();
    for (auto& strand : strands_) {
      if (strand->until <= now_ || (strand->ready && strand->ready())) {
        runnable_.push_back(strand.get());
      }
    }
    if (runnable_.empty()) return false;
    current_ = runnable_[random_.below(runnable_.size())];
    current_->at.resume();
    if (current_->task.is_done()) {
      std::erase_if(strands_, [this](const auto& one) { return one.get() == current_; });
    }
    current_ = nullptr;
    return true;
  }

  /// Moves the time to the next one that a strand waits for. Returns false if there is none.
  bool advance() {
    auto next = sock::no_deadline;
    for (const auto& strand : strands_) next = std::min(next, strand->until);
    if (next == sock::no_deadline) return false;
    now_ = std::max(now_, next);
    return true;
  }
  void pass(std::chrono::nanoseconds time) { now_ += time; }

  /// The `local` of the current strand; nullptr without one.
  void** local() { return current_ == nullptr ? nullptr : &current_->local; }

  Clock::time_point now() const { return now_; }
  bool is_empty() const { return strands_.empty(); }

  /// For the current strand, to be awaited: waits until `ready`, or until `time`.
  auto until(std::function<bool()> ready, Clock::time_point time = sock::no_deadline) {
    return Suspension{*this, std::move(ready), time, false};
  }
  auto sleep(std::chrono::nanoseconds time) { return until(nullptr, now_ + time); }
  /// Other strands may run now.
  auto pause() { return Suspension{*this, nullptr, Clock::time_point::min(), random_.one_in(2)}; }

 private:
  struct Suspension {
    Schedule& schedule;
    std::function<bool()> ready;
    Clock::time_point time;
    bool is_none;

    bool await_ready() const noexcept { return is_none; }
    void await_suspend(std::coroutine_handle<> at) {
      schedule.current_->at = at;
      schedule.current_->ready = std::move(ready);
      schedule.current_->until = time;
    }
    void await_resume() const noexcept {}
  };

  Random& random_;
  std::vector<std::unique_ptr<Strand>> strands_;
  std::vector<Strand*> runnable_;
  Strand* current_ = nullptr;
  Clock::time_point now_{std::chrono::hours(1)};
};

}  // namespace simulation
