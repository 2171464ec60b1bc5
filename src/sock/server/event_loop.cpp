#include "server/event_loop.hpp"

#include <asio/post.hpp>
#include <utility>

namespace sock {

// One posted handler a turn, however many go on in it. A chat line said to a thousand members is
// pushed to all of them first; in the next turn each member gets what has gathered in one write.
void EventLoop::soon(std::shared_ptr<Served> one) {
  const std::lock_guard lock(mutex_);
  if (next_.empty()) asio::post(context_, [this] { take_turn(); });
  next_.push_back(std::move(one));
}

void EventLoop::take_turn() {
  {
    const std::lock_guard lock(mutex_);
    current_.swap(next_);
  }
  for (const auto& one : current_) one->proceed();
  current_.clear();
}

}  // namespace sock
