#include "server/event_loops.hpp"

#include <system_error>

namespace sock {

EventLoops::EventLoops(std::size_t count, Registry& registry, Observer& observer) {
  for (std::size_t i = 0; i < count; ++i) {
    loops_.push_back(std::make_unique<EventLoop>(registry, observer));
  }
}

EventLoops::~EventLoops() { join_others(); }

void EventLoops::run() {
  if (others_.empty()) start_others();
  first().run();
  join_others();
}

void EventLoops::start_others() try {
  for (std::size_t i = 1; i < loops_.size(); ++i) {
    kept_running_.emplace_back(loops_[i]->context().get_executor());
    others_.emplace_back([&loop = *loops_[i]] { loop.run(); });
  }
} catch (const std::system_error& error) {
  throw std::system_error(error.code(), "cannot start a thread");
}

void EventLoops::join_others() {
  kept_running_.clear();
  for (auto& other : others_) other.join();
  others_.clear();
}

}  // namespace sock
