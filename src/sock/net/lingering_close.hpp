#pragma once

#include <cstddef>
#include <cstdint>

#include "sock/wait.hpp"

namespace sock {

/// Closing so that our last words arrive.
///
/// A socket that is closed with input unread, or that gets input after its close, answers with a
/// reset, and a reset can cost the peer what it has not read yet (RFC 1122, 4.2.2.13; RFC 9112,
/// 9.6). So: end our sending, then read and discard until the peer ends too, for at most 1 s and
/// 1 MiB. A peer that sends has as long as it goes on taking our words (what it took is looked at
/// once a second), but no longer than 10 s. The socket is closed by its owner, after done() or when
/// it wants to wait no longer.
///
/// After a stop it is the other way round. Our receiving is shut down already, to wake whoever was
/// reading; once our sending is too, the system itself answers any input with a reset. So what is
/// on its way is let in first, until the peer falls silent, and then our sending is ended; the 10 s
/// are the owner's to choose, who has promised a time of its own.
class LingeringClose {
 public:
  enum class Order { end_then_discard, discard_then_end };

  /// `fd` is a socket's, and stays open as long as this is used.
  explicit LingeringClose(int fd, Order order = Order::end_then_discard);

  /// Discards what has come, without waiting. True: the socket can be closed.
  bool done();

  /// Waits until done() may have something to do.
  void wait() const;

  /// For those who wait otherwise: whether input is a reason to call done(), and when to call it
  /// at the latest.
  bool is_woken_by_input() const { return order_ == Order::end_then_discard; }
  Clock::time_point look_again() const;

 private:
  bool discard();
  bool may_go_on();
  bool end_after_silence();

  int fd_;
  Order order_;
  std::uint64_t taken_;  // of our words, by the peer's system
  Clock::time_point deadline_;
  Clock::time_point last_deadline_;
  std::size_t discarded_ = 0;  // since more of them were taken
  bool has_discarded_ = false;
  bool has_ended_ = false;  // our sending
};

}  // namespace sock
