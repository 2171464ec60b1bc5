#include "server/event_loops.hpp"

#include <system_error>

namespace sock {

EventLoops::EventLoops(std::size_t count) try {
  for (std::size_t i = 0; i < count; ++i) loops_.push_back(std::make_unique<EventLoop>());
  for (std::size_t i = 1; i < count; ++i) {
    others_.emplace_back([&loop = *loops_[i]] { loop.run(); });
  }
} catch (const std::system_error& error) {
  stop();
  for (auto& other : others_) other.join();
  throw std::system_error(error.code(), "cannot start an event loop");
}

EventLoops::~EventLoops() {
  stop();
  for (auto& other : others_) other.join();
}

void EventLoops::stop() {
  for (const auto& loop : loops_) loop->stop();
}

}  // namespace sock
