#include "core/lingering.hpp"

#include <utility>

namespace sock {
namespace {

using namespace std::chrono_literals;

constexpr auto longest = 1s;
constexpr auto longest_in_all = 10s;
constexpr std::size_t most_discarded = 1024 * 1024;

}  // namespace

Lingering::Lingering(const System& system)
    : system_(system),
      taken_(system.acknowledged()),
      deadline_(system.now() + longest),
      last_deadline_(deadline_ - longest + longest_in_all) {}

// A peer that still sends and takes our output gets more time: its bytes after a close would cause
// a reset. To a silent peer, the system delivers our output after the close, too.
bool Lingering::may_go_on() {
  const auto now = system_.now();
  if (discarded_ < most_discarded && now < deadline_) return true;
  if (discarded_ > 0) has_discarded_ = true;
  if (!has_discarded_ || now >= last_deadline_) return false;
  const std::uint64_t before = std::exchange(taken_, system_.acknowledged());
  if (taken_ != before) deadline_ = now + longest;
  discarded_ = 0;
  return taken_ != before || (now < deadline_ && system_.has_unacknowledged());
}

}  // namespace sock
