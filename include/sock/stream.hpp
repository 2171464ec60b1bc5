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

/// The result of a call that does not wait.
enum class TryState {
  done,         ///< `bytes` were moved
  would_block,  ///< nothing can be moved now
  ended,        ///< read: the peer sends no more; write: the peer takes no more
};

struct TryResult {
  TryState state = TryState::done;
  std::size_t bytes = 0;
};

/// A connected TCP or UNIX socket, with calls that wait until they are done.
///
/// Move-only; the destructor closes it. One thread may read while another writes, and
/// shutdown_send() may be called meanwhile; all other calls need one thread at a time. Written data
/// is sent at once (TCP_NODELAY), unless Nagle's algorithm was left on; urgent data of the peer
/// (MSG_OOB) is read like any other data. SIGPIPE is never raised.
class Stream {
 public:
  /// Connects to the first address of `host` that answers: addresses are tried in order, 250 ms
  /// apart or as soon as an attempt has failed (RFC 8305). `host` is a name, or an address with or
  /// without brackets; `localhost` and the names below it are ::1 and 127.0.0.1, without a look-up
  /// (RFC 6761, 6.3). Throws std::system_error, which says what was tried and why it failed.
  ///
  /// With a timeout, a separate thread looks the name up. If the timeout ends first, that thread is
  /// left behind; it ends when the system's resolver gives up, or with the program.
  static Stream connect(const std::string& host, std::uint16_t port,
                        const ConnectOptions& options = {});
  /// Connects to an address as for parse_address(): `unix:/tmp/chat`, `localhost:9999`. Throws
  /// std::invalid_argument, or std::system_error as above.
  static Stream connect(std::string_view address, const ConnectOptions& options = {});

  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;
  ~Stream();

  /// Waits for bytes and reads the available ones, at most `buffer.size()`. Returns their number;
  /// 0: the peer has ended its sending. Throws std::system_error if the connection is lost.
  std::size_t read_some(std::span<char> buffer);

  /// Waits for bytes and returns those of one recv(2), at most `most`; empty: the peer has ended
  /// its sending. They may be half a message or several: TCP keeps no boundaries. Throws as
  /// read_some() does.
  std::string receive(std::size_t most = 64 * 1024);

  /// Writes all of `data`. Returns false if the peer has closed and does not get all of it. Throws
  /// std::system_error if the connection is lost.
  bool write(std::string_view data);

  /// As read_some() and write(), but without waiting; they may move only a part of the bytes. They
  /// throw as those do.
  TryResult try_read(std::span<char> buffer);
  TryResult try_write(std::string_view data);

  /// Ends our sending (half-close): the peer reads an end of stream, and can still send.
  void shutdown_send() noexcept;

  /// Ends both directions and closes the descriptor. A second call does nothing.
  void close() noexcept;

  /// Our end; empty after close().
  Endpoint local() const;
  /// The peer's end, as it was when connected; also known after close().
  Endpoint remote() const;

  /// The system's current state of the TCP connection. Returns nullopt for a UNIX socket, or after
  /// close().
  std::optional<TcpInfo> tcp_info() const;

  /// The descriptor, for poll(2); do not close it.
  int native_handle() const;

 private:
  friend class Listener;
  struct Impl;
  explicit Stream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sock
