#pragma once

#include <chrono>

namespace sock {

// Deadlines for poll(2), for a program that waits for Stream::native_handle() and other events.

using Clock = std::chrono::steady_clock;
inline constexpr Clock::time_point no_deadline = Clock::time_point::max();

/// The timeout of poll(2), in milliseconds, that ends at `deadline`: rounded up, so that it never
/// ends too early; -1 for no_deadline.
int poll_timeout(Clock::time_point deadline);

/// Waits until `fd` has one of `events` (POLLIN, POLLOUT) or an error. Returns false if the
/// deadline came first.
bool wait_for(int fd, short events, Clock::time_point deadline);

}  // namespace sock
