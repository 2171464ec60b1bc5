#pragma once

#include <cstddef>
#include <cstdint>

#include "core/system.hpp"

namespace sock {

/// How long to wait for the peer after our sending has ended, so that our last words arrive.
///
/// A socket that is closed with input unread, or that gets input after its close, answers with a
/// reset, and a reset can cost the peer what it has not read yet (RFC 1122, 4.2.2.13; RFC 9112,
/// 9.6). So what still comes is received and discarded until the peer ends too, for at most 1 s and
/// 1 MiB. A peer that still sends has as long as it goes on taking our words (looked at once a
/// second), but no longer than 10 s.
class Lingering {
 public:
  explicit Lingering(const System& system);

  void discarded(std::size_t bytes) { discarded_ += bytes; }

  /// False: the socket is to be closed.
  bool may_go_on();

  /// When may_go_on() is to be asked at the latest.
  Clock::time_point deadline() const { return deadline_; }

 private:
  const System& system_;
  std::uint64_t taken_;  // of our words, by the peer's system
  Clock::time_point deadline_;
  Clock::time_point last_deadline_;
  std::size_t discarded_ = 0;  // since the last look at what was taken
  bool has_discarded_ = false;
};

}  // namespace sock
