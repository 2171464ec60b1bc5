#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "sock/wait.hpp"

namespace sock {

/// Judges from time to time whether a connection is idle: nothing has moved in either direction.
///
/// One write to a slow but steady reader can take seconds; that bytes still move shows only in what
/// its TCP has acknowledged. Asking for that is a system call, so only a suspect is asked about.
class IdleWatch {
 public:
  explicit IdleWatch(Clock::time_point since) : silent_since_(since) {}

  /// `moved` is the bytes read and written so far; `acknowledged` gives those that the peer's TCP
  /// has acknowledged. To be called several times within `timeout`.
  bool is_idle(std::uint64_t moved, const std::function<std::uint64_t()>& acknowledged,
               Clock::time_point now, std::chrono::milliseconds timeout);

 private:
  Clock::time_point silent_since_;
  std::uint64_t moved_ = 0;
  std::optional<std::uint64_t> acknowledged_;
};

}  // namespace sock
