#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "server/event_loop.hpp"

/// Runs an action in its turn on an event loop.
class Doer final : public sock::Served {
 public:
  explicit Doer(std::function<void()> action) : action_(std::move(action)) {}
  bool proceed() noexcept override {
    action_();
    return false;
  }

 private:
  std::function<void()> action_;
};

/// Runs `action` soon on the loop's thread. Thread-safe.
inline void do_on(sock::EventLoop& loop, std::function<void()> action) {
  loop.soon(std::make_shared<Doer>(std::move(action)));
}

/// Does something when a descriptor is ready.
class Looker final : public sock::Watcher {
 public:
  explicit Looker(std::function<void()> action) : action_(std::move(action)) {}
  void ready() override { action_(); }
  std::uint32_t waits_for() const { return watched(); }

 private:
  std::function<void()> action_;
};

/// Waits for a time, and does something then.
class Alarm final : public sock::Timed {
 public:
  explicit Alarm(std::function<void()> action) : action_(std::move(action)) {}
  void due() noexcept override { action_(); }

 private:
  std::function<void()> action_;
};
