#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sock/endpoint.hpp"
#include "sock/tcp_info.hpp"

namespace sock {

/// How to connect.
struct ConnectOptions {
  Family family = Family::any;
  std::chrono::milliseconds timeout{10'000};  ///< for look-up and all addresses together; 0: none
  std::optional<Endpoint> source = {};        ///< connect from this address; its port may be 0
  bool nagle = false;                         ///< TCP: leave Nagle's algorithm on
};

/// What a call that does not wait achieved.
enum class TryState {
  done,         ///< `bytes` were moved
  would_block,  ///< nothing can be moved now
  ended,        ///< read: the peer sends no more; write: it takes no more
};

struct TryResult {
  TryState state = TryState::done;
  std::size_t bytes = 0;
};

/// A connected socket, of TCP or UNIX, with calls that wait until they are done.
///
/// Move-only; closes at the end of its life. One thread may read while another writes, and
/// shutdown_send() may be called meanwhile; anything else needs one thread at a time. What was
/// written leaves at once (TCP_NODELAY), unless Nagle's algorithm was left on; what the peer sent
/// as urgent (MSG_OOB) is data like any other. SIGPIPE is never raised.
class Stream {
 public:
  /// Connects to the first address of `host` that answers: they are tried in order, 250 ms apart or
  /// as soon as one has failed (RFC 8305). `host` is a name, or an address with or without
  /// brackets; `localhost` and the names below it are ::1 and 127.0.0.1, without a look-up (RFC
  /// 6761, 6.3). Throws std::system_error, which says what was tried and why it failed.
  ///
  /// With a timeout, a name is looked up by a thread of its own; if its time ends first, the thread
  /// is left behind and ends when the system's resolver gives up, or with the program.
  static Stream connect(const std::string& host, std::uint16_t port,
                        const ConnectOptions& options = {});
  /// Connects to an address as parse_address() reads it: `unix:/tmp/chat`, `localhost:9999`. Throws
  /// std::invalid_argument, or std::system_error as above.
  static Stream connect(std::string_view address, const ConnectOptions& options = {});

  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;
  ~Stream();

  /// Waits for bytes and takes what is there, at most `buffer.size()`. Returns how many; 0: the
  /// peer has ended its sending. Throws std::system_error if the connection is lost.
  std::size_t read_some(std::span<char> buffer);

  /// What one read delivers, at most `most` bytes, as one recv(2) does; empty: the peer
  /// has ended its sending. It may be half a message or several: TCP keeps no boundaries.
  std::string receive(std::size_t most = 64 * 1024);

  /// Writes all of `data`. False: the peer has closed and will not have all of it. Throws
  /// std::system_error if the connection is lost.
  bool write(std::string_view data);

  /// The same without waiting, but maybe for a part of the bytes only. They throw as those do.
  TryResult try_read(std::span<char> buffer);
  TryResult try_write(std::string_view data);

  /// Ends our sending (half-close): the peer reads an end of stream, and can still send.
  void shutdown_send() noexcept;

  /// Ends both directions and gives the descriptor back. Called again, it does nothing.
  void close() noexcept;

  Endpoint local() const;
  /// The peer, as it was when connected: known after close() too.
  Endpoint remote() const;

  /// What the system says of the connection now; nothing: it is none of TCP, or closed by us.
  std::optional<TcpInfo> tcp_info() const;

  /// The descriptor, for poll(2); it stays the stream's.
  int native_handle() const;

 private:
  friend class Listener;
  struct Impl;
  explicit Stream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sock
