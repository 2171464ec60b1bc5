#include "sock/wait.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace sock {

int poll_timeout(Clock::time_point deadline) {
  if (deadline == no_deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, INT_MAX));
}

bool wait_for(int fd, short events, Clock::time_point deadline) {
  pollfd one{fd, events, 0};
  int ready = 0;
  do {
    ready = ::poll(&one, 1, poll_timeout(deadline));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace sock
