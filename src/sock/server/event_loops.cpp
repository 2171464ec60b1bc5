#include "server/event_loops.hpp"

#include <system_error>

namespace sock {

EventLoops::EventLoops(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) loops_.push_back(std::make_unique<EventLoop>());
  try {
    for (std::size_t i = 1; i < count; ++i) {
      others_.emplace_back([&loop = *loops_[i]] { loop.run(); });
    }
  } catch (const std::system_error& error) {
    end();
    throw std::system_error(error.code(), "cannot start a thread");
  }
}

EventLoops::~EventLoops() { end(); }

void EventLoops::end() {
  stop();
  for (auto& other : others_) other.join();
  others_.clear();
}

void EventLoops::stop() {
  for (const auto& loop : loops_) loop->stop();
}

}  // namespace sock
