#include "server/thread_per_client.hpp"

namespace sock {
namespace {

constexpr std::size_t worth_joining = 32;

}  // namespace

void ThreadPerClient::join_finished() {
  std::list<std::thread> finished;
  {
    const std::lock_guard lock(mutex_);
    finished.swap(finished_);
  }
  for (auto& thread : finished) thread.join();
}

void ThreadPerClient::join_all() {
  {
    std::unique_lock lock(mutex_);
    all_left_.wait(lock, [this] { return running_.empty(); });
  }
  join_finished();
}

void ThreadPerClient::leave(std::list<std::thread>::iterator self) {
  const std::lock_guard lock(mutex_);
  finished_.splice(finished_.end(), running_, self);
  if (running_.empty()) all_left_.notify_one();
  if (running_.empty() || finished_.size() == worth_joining) wake_();
}

}  // namespace sock
