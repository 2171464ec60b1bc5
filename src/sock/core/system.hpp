#pragma once

#include <cstddef>
#include <cstdint>

#include "sock/wait.hpp"

namespace sock {

/// What only the system knows about a connection, and the time. Call rarely: each is a system call.
class System {
 public:
  virtual Clock::time_point now() const = 0;
  /// How many bytes have arrived and are not read yet.
  virtual std::size_t unread() const = 0;
  /// Whether the peer may have had to wait for room in our receive buffer: at least half of it is
  /// full.
  virtual bool is_peer_held_up() const = 0;
  /// How many of our bytes the peer's system has taken; or another number that changes when that
  /// does.
  virtual std::uint64_t acknowledged() const = 0;
  /// Whether some of our bytes are on their way, or the peer has no room for them.
  virtual bool has_unacknowledged() const = 0;
  /// Whether bytes were sent or received within the last second, as far as is known.
  virtual bool is_busy() const = 0;

 protected:
  ~System() = default;
};

}  // namespace sock
