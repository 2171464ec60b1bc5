#include "server/sweeper.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace sock {
namespace {

using namespace std::chrono_literals;

}  // namespace

Sweeper::Sweeper(Registry& registry, std::chrono::milliseconds idle_timeout,
                 std::function<void()> on_cut)
    : registry_(registry),
      on_cut_(std::move(on_cut)),
      idle_timeout_(idle_timeout),
      interval_(std::clamp<std::chrono::milliseconds>(idle_timeout / 16, 5ms, 1s)) {
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    throw std::system_error(error.code(), "cannot start a thread");
  }
}

Sweeper::~Sweeper() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Sweeper::cut_at(Clock::time_point when) {
  {
    const std::lock_guard lock(mutex_);
    cut_at_ = std::min(cut_at_, when);
  }
  changed_.notify_one();
}

void Sweeper::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    const auto now = Clock::now();
    if (now >= cut_at_) {
      lock.unlock();
      on_cut_();
      lock.lock();
      changed_.wait(lock, [this] { return ending_; });
      return;
    }
    const auto next_look = idle_timeout_ > 0ms ? now + interval_ : no_deadline;
    const auto until = std::min(next_look, cut_at_);
    if (until == no_deadline) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, until);
    }
    if (idle_timeout_ > 0ms) {
      // A late look (the process was paused) counts as one interval: no client is ended for it.
      const auto since = std::exchange(looked_at_, Clock::now());
      const auto passed =
          std::min(std::chrono::floor<std::chrono::milliseconds>(looked_at_ - since), interval_);
      registry_.for_each([&](Connection& one) { look_at(one, passed); });
    }
  }
}

void Sweeper::look_at(Connection& connection, std::chrono::milliseconds passed) const {
  const auto& conversation = connection.conversation;
  const auto moved = conversation.bytes_in() + conversation.bytes_out();
  if (connection.is_retired) return;
  if (connection.idle_watch.is_idle(moved, connection, passed, idle_timeout_)) {
    connection.cut(End::idle);
  }
}

}  // namespace sock
