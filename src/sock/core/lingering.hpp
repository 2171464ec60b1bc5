#pragma once

#include <cstddef>
#include <cstdint>

#include "core/system.hpp"

namespace sock {

/// How long to wait for the peer after our sending has ended, so that our last words arrive.
///
/// A socket that is closed with unread input, or that gets input after its close, answers with a
/// reset, and the peer can then lose bytes that it has not read yet (RFC 1122, 4.2.2.13; RFC 9112,
/// 9.6). So further input is received and discarded until the peer ends too, for at most 1 s and 1
/// MiB. A peer that still sends gets more time while it takes our output (checked once a second),
/// but at most 10 s.
class Lingering {
 public:
  explicit Lingering(const System& system);

  void discarded(std::size_t bytes) { discarded_ += bytes; }

  /// Returns false if the socket is to be closed.
  bool may_go_on();

  /// The latest time to call may_go_on().
  Clock::time_point deadline() const { return deadline_; }

 private:
  const System& system_;
  std::uint64_t taken_;  // our bytes that the peer's system has taken
  Clock::time_point deadline_;
  Clock::time_point last_deadline_;
  std::size_t discarded_ = 0;  // since the last check of taken_
  bool has_discarded_ = false;
};

}  // namespace sock
