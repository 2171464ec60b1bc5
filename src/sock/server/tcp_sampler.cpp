#include "server/tcp_sampler.hpp"

#include <chrono>
#include <exception>
#include <system_error>

namespace sock {
namespace {

using namespace std::chrono_literals;

constexpr auto interval = 100ms;

}  // namespace

TcpSampler::TcpSampler() try : thread_([this] { run(); }) {
} catch (const std::system_error& error) {
  throw std::system_error(error.code(), "cannot start a thread");
}

TcpSampler::~TcpSampler() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void TcpSampler::add(const std::shared_ptr<TcpObserver>& one) {
  {
    const std::lock_guard lock(mutex_);
    watched_.push_back(one);
  }
  changed_.notify_one();
}

void TcpSampler::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !watched_.empty(); });
    changed_.wait_for(lock, interval, [this] { return ending_; });
    if (ending_) return;
    try {
      in_turn_.reserve(watched_.size());
      std::erase_if(watched_, [this](const auto& one) {
        auto owned = one.lock();
        if (owned == nullptr) return true;
        in_turn_.push_back(std::move(owned));
        return false;
      });
    } catch (const std::exception&) {  // no memory: next time
    }
    lock.unlock();
    look_at_all();
    lock.lock();
  }
}

// Without the lock: an observer may be slow.
void TcpSampler::look_at_all() {
  for (auto& one : in_turn_) one->look();
  in_turn_.clear();
}

}  // namespace sock
