#pragma once

#include "simulation/judge.hpp"
#include "support/scarce_memory.hpp"

namespace simulation {

/// While it lives, the library works for `account`: memory is watched, and a client for which
/// memory ran out may miss something.
class Watch {
 public:
  explicit Watch(Account& account) : account_(account) { account.failures = memory::failures(); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() {
    if (memory::failures() != account_.failures) account_.is_harmed = true;
  }

 private:
  Account& account_;
  const memory::Watch watch_;
};

}  // namespace simulation
