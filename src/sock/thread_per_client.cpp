#include "sock/thread_per_client.hpp"

namespace sock {

void ThreadPerClient::join_all() {
  std::unique_lock lock(mutex_);
  all_left_.wait(lock, [this] { return running_.empty(); });
  if (finished_.joinable()) finished_.join();
}

void ThreadPerClient::leave(std::list<std::thread>::iterator self) {
  std::thread before;
  {
    const std::lock_guard lock(mutex_);
    before = std::exchange(finished_, std::move(*self));
    running_.erase(self);
    if (running_.empty()) all_left_.notify_one();
  }
  if (before.joinable()) before.join();
}

}  // namespace sock
