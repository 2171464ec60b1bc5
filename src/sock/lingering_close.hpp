#pragma once

#include <asio/ip/tcp.hpp>
#include <cstddef>

#include "sock/wait.hpp"

namespace sock {

/// Closing so that our last words arrive.
///
/// A socket that is closed with input unread, or that gets input after its close, answers with a
/// reset, and a reset can cost the peer what it has not read yet (RFC 1122, 4.2.2.13; RFC 9112,
/// 9.6). So: end our sending, then read and discard until the peer ends too, for at most 1 s and
/// 1 MiB. The socket is closed by its owner, after done() or when it wants to wait no longer.
///
/// After a stop it is the other way round. Our receiving is shut down already, to wake whoever was
/// reading; once our sending is too, the system itself answers any input with a reset. So what is
/// on its way is let in first, until the peer falls silent, and then our sending is ended.
class LingeringClose {
 public:
  enum class Order { end_then_discard, discard_then_end };

  /// `socket` outlives this.
  explicit LingeringClose(asio::ip::tcp::socket& socket, Order order = Order::end_then_discard);

  /// Discards what has come, without waiting. True: the socket can be closed.
  bool done();

  /// Waits until done() may have something to do.
  void wait() const;

  int fd() const { return fd_; }
  Clock::time_point deadline() const { return deadline_; }

 private:
  bool discard();
  bool end_after_silence();

  int fd_;
  Order order_;
  Clock::time_point deadline_;
  std::size_t discarded_ = 0;
  bool has_ended_ = false;  // our sending
};

}  // namespace sock
