#pragma once

#include <chrono>
#include <cstdint>

#include "core/system.hpp"

namespace sock {

/// Judges from time to time whether a connection is idle: nothing has moved in either direction.
///
/// One send to a slow but steady reader can take seconds; that bytes still move shows only in what
/// its TCP has acknowledged. Asking for that is a system call, so only a suspect is asked about. A
/// client that has sent what we have not read yet is not silent: we are late. Never too early, and
/// at most two looks too late.
class IdleWatch {
 public:
  /// `moved` is the bytes read and sent so far; `passed`, the time since the last look.
  bool is_idle(std::uint64_t moved, const System& system, std::chrono::milliseconds passed,
               std::chrono::milliseconds timeout);

 private:
  static constexpr std::uint64_t unknown = ~std::uint64_t{0};

  bool has_moved(std::uint64_t moved, const System& system);

  std::chrono::milliseconds silence_{0};
  std::uint64_t moved_ = 0;
  std::uint64_t acknowledged_ = unknown;
};

}  // namespace sock
