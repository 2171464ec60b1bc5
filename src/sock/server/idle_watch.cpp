#include "server/idle_watch.hpp"

#include <utility>

namespace sock {

bool IdleWatch::is_idle(std::uint64_t moved, const System& system, std::chrono::milliseconds passed,
                        std::chrono::milliseconds timeout) {
  silence_ = has_moved(moved, system) ? std::chrono::milliseconds(0) : silence_ + passed;
  return silence_ >= timeout;
}

bool IdleWatch::has_moved(std::uint64_t moved, const System& system) {
  if (std::exchange(moved_, moved) != moved) {
    acknowledged_ = unknown;
    return true;
  }
  const std::uint64_t before = std::exchange(acknowledged_, system.acknowledged());
  if (acknowledged_ != before) return true;  // the first look too: bytes may have moved until now
  return system.unread() > 0 && !system.has_unacknowledged();
}

}  // namespace sock
