#pragma once

#include <chrono>
#include <cstdint>

#include "core/system.hpp"

namespace sock {

/// Checks from time to time whether a connection is idle: no bytes have moved in either direction.
///
/// One send to a slow but steady reader can take seconds; then only the acknowledged bytes show
/// that bytes still move. To read them is a system call, so only suspects are checked. A client
/// whose bytes we have not read yet is not silent: we are late. The result is never too early, and
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
