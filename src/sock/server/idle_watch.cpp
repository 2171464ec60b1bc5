#include "server/idle_watch.hpp"

namespace sock {

bool IdleWatch::is_idle(std::uint64_t moved, const std::function<std::uint64_t()>& acknowledged,
                        Clock::time_point now, std::chrono::milliseconds timeout) {
  if (moved != moved_) {
    moved_ = moved;
    silent_since_ = now;
    acknowledged_.reset();
    return false;
  }
  if (now - silent_since_ < timeout / 4) return false;
  const std::uint64_t seen = acknowledged();
  if (acknowledged_ && *acknowledged_ != seen) silent_since_ = now;
  acknowledged_ = seen;
  return now - silent_since_ >= timeout;
}

}  // namespace sock
