#pragma once

#include <cstddef>
#include <limits>
#include <string_view>

#include "server/connection.hpp"
#include "sock/observer.hpp"

namespace sock {

inline constexpr std::size_t read_size = 64 * 1024;  // at most so much in one read
// Of a client with a mailbox less: all that is read at once is said to everybody before anybody
// else's turn comes.
inline constexpr std::size_t member_read_size = 16 * 1024;

/// What every driver notes while bytes move, and how much it may still read.
///
/// After a stop, what the client has sent so far is still owed an answer. That is what the system
/// holds at that moment and no more: a client that goes on sending could keep us for ever.
class Traffic {
 public:
  /// Both outlive this.
  Traffic(Connection& connection, Observer& observer)
      : connection_(connection), observer_(observer) {}

  void read(std::string_view bytes);
  void wrote(std::string_view bytes);

  /// How much the next read may take; 0: the connection is to end, its cause is known.
  std::size_t allowance();

 private:
  static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

  void note_activity();

  Connection& connection_;
  Observer& observer_;
  std::size_t budget_ = no_limit;
};

}  // namespace sock
