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
/// After a stop our receiving is shut down too, and an end of stream is read at any time. Then the
/// state of TCP tells whether the peer has ended, and one that falls silent is not waited for.
class LingeringClose {
 public:
  /// Ends sending on `socket`, which outlives this.
  explicit LingeringClose(asio::ip::tcp::socket& socket);

  /// Discards what has come, without waiting. True: the socket can be closed.
  bool done();

  /// Waits until done() may have something to do.
  void wait() const;

  int fd() const { return fd_; }
  Clock::time_point deadline() const { return deadline_; }

 private:
  int fd_;
  Clock::time_point deadline_;
  std::size_t discarded_ = 0;
  bool blind_ = false;  // our receiving is shut down
};

}  // namespace sock
