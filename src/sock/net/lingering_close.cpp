#include "net/lingering_close.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "net/tcp_state.hpp"

namespace sock {
namespace {

using namespace std::chrono_literals;

constexpr auto longest = 1s;
constexpr auto longest_in_all = 10s;
constexpr std::size_t most_discarded = 1024 * 1024;
constexpr int most_reads = 16;  // at once; then it is the others' turn

}  // namespace

LingeringClose::LingeringClose(int fd, Order order)
    : fd_(fd),
      order_(order),
      taken_(acknowledged_bytes(fd)),
      deadline_(Clock::now() + longest),
      last_deadline_(Clock::now() + longest_in_all) {
  if (order_ == Order::end_then_discard) ::shutdown(fd_, SHUT_WR);
}

bool LingeringClose::done() {
  if (!discard()) return true;
  return order_ == Order::discard_then_end && end_after_silence();
}

// False: the peer has ended, or the limits are reached.
bool LingeringClose::discard() {
  std::array<char, 16 * 1024> discarded;  // NOLINT(*-member-init): never looked at
  for (int i = 0; i < most_reads; ++i) {
    if (!may_go_on()) return false;
    const auto bytes = ::recv(fd_, discarded.data(), discarded.size(), MSG_DONTWAIT);
    if (bytes > 0) {
      discarded_ += static_cast<std::size_t>(bytes);
      has_discarded_ = true;
    } else if (bytes == 0) {
      return order_ == Order::discard_then_end;  // where it says only that nothing is there
    } else {
      return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    }
  }
  return true;
}

// False: a limit is reached. A peer that sends, and goes on taking our words, has more time: a
// close would be answered with a reset. To one that is silent, the system delivers them after it,
// too.
bool LingeringClose::may_go_on() {
  const auto now = Clock::now();
  if (discarded_ < most_discarded && now < deadline_) return true;
  // At a stop, the grace is the limit.
  const bool is_too_long = order_ == Order::end_then_discard && now >= last_deadline_;
  if (!has_discarded_ || is_too_long) return false;
  const std::uint64_t before = std::exchange(taken_, acknowledged_bytes(fd_));
  if (taken_ != before) deadline_ = now + longest;
  discarded_ = 0;
  return taken_ != before || (now < deadline_ && has_unacknowledged(fd_));
}

// True: the peer is silent, and knows of our end.
bool LingeringClose::end_after_silence() {
  if (!has_ended_ && (is_busy(fd_) || has_unacknowledged(fd_))) return false;
  if (!std::exchange(has_ended_, true)) ::shutdown(fd_, SHUT_WR);
  if (!has_discarded_) return true;
  // One that was sending may have been told that there is no room, and is not told otherwise any
  // more: when all our words have arrived, only a reset keeps it from waiting for room.
  if (!is_end_acknowledged(fd_)) return false;
  const ::linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  return true;
}

Clock::time_point LingeringClose::look_again() const {
  return is_woken_by_input() ? deadline_ : std::min(deadline_, Clock::now() + 5ms);
}

void LingeringClose::wait() const {
  if (is_woken_by_input()) {
    wait_for(fd_, POLLIN, look_again());
  } else {
    ::poll(nullptr, 0, poll_timeout(look_again()));
  }
}

}  // namespace sock
