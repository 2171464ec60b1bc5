#include "server/workers.hpp"

#include <exception>
#include <utility>

namespace sock {
namespace {

constexpr std::size_t most_idle = 4;
constexpr std::size_t worth_joining = 32;

struct Nothing final : Served {
  bool proceed() noexcept override { return false; }
};

}  // namespace

Workers::Workers(EventLoop& loop, Host host, bool alone)
    : loop_(loop), host_(std::move(host)), alone_(alone), wake_(std::make_shared<Nothing>()) {}

void Workers::run() {
  while (const Client client = lead()) {
    client->serve();
    if (alone_) continue;
    take_turns(Stays::yes);
    break;
  }
  std::unique_lock lock(mutex_);
  is_over_ = true;
  turn_.notify_all();
  all_left_.wait(lock, [this] { return running_.empty(); });
  lock.unlock();
  join_finished();
}

// For a thread without a client: takes turns until the end, or until there are enough idle threads.
void Workers::take_turns(Stays stays) {
  std::unique_lock lock(mutex_);
  while (stays == Stays::yes || idle_ < most_idle) {
    ++idle_;
    turn_.wait(lock, [this] { return is_over_ || !has_leader_; });
    --idle_;
    if (is_over_) return;
    has_leader_ = true;
    lock.unlock();
    const Client client = lead();
    if (client != nullptr) client->serve();
    lock.lock();
    if (client != nullptr) continue;
    is_over_ = true;
    turn_.notify_all();
  }
}

// Runs the loop until there is a client for this thread, and another thread to run the loop.
// Returns nullptr if the loop has been stopped.
Workers::Client Workers::lead() {
  for (;;) {
    join_finished();
    if (!host_.run_one()) return {};
    if (client_ == nullptr) continue;
    Client client = std::move(client_);
    if (alone_) return client;
    std::unique_lock lock(mutex_);
    has_leader_ = false;
    if (idle_ > 0) {
      turn_.notify_one();
      return client;
    }
    lock.unlock();
    if (!host_.is_accepting() || start({})) return client;
    lock.lock();
    has_leader_ = true;
    lock.unlock();
    host_.refuse(std::move(client));
  }
}

void Workers::add(Client client) {
  if (client_ == nullptr) {
    client_ = std::move(client);
  } else if (!start(client)) {
    host_.refuse(std::move(client));
  }
}

// Starts a thread that serves `first` before it takes its turn at the loop. Returns false if the
// system gives no thread.
bool Workers::start(Client first) try {
  const std::lock_guard lock(mutex_);
  const auto self = running_.emplace(running_.end());
  try {
    *self = std::thread([this, self, client = std::move(first)]() mutable {
      if (client != nullptr) std::exchange(client, {})->serve();
      take_turns(Stays::no);
      finish(self);
    });
  } catch (...) {
    running_.erase(self);
    throw;
  }
  return true;
} catch (const std::exception&) {
  return false;
}

void Workers::finish(std::list<std::thread>::iterator self) {
  const std::lock_guard lock(mutex_);
  finished_.splice(finished_.end(), running_, self);
  if (running_.empty()) all_left_.notify_one();
  if (finished_.size() % worth_joining == 0) loop_.soon(wake_);
}

// If threads joined each other at their end, each would have to wait for the one before.
void Workers::join_finished() {
  std::list<std::thread> finished;
  {
    const std::lock_guard lock(mutex_);
    if (!is_over_ && finished_.size() < worth_joining) return;
    finished.swap(finished_);
  }
  for (auto& thread : finished) thread.join();
}

}  // namespace sock
