#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tls.hpp"

namespace load {

/// A connection to the server on this machine. Every failure throws.
class Socket {
 public:
  enum class Kind {
    tcp,
    udp,
    unix_name,  ///< a UNIX socket with the abstract name "sock-bench-PORT"
    tls,
    tls_resumed,  ///< with the last session that the server has sent
  };
  /// Sets the kind of later sockets.
  static void choose(Kind kind);

  enum class Handshake { now, later };
  /// Waits until it is connected and the TLS handshake is done, unless that is to be done later.
  /// The source address is one of 127/8 that no other process of this load uses, so that ports do
  /// not run out.
  explicit Socket(std::uint16_t port, Handshake handshake = Handshake::now);
  Socket(Socket&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), tls_(std::move(other.tls_)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(tls_, other.tls_);
    return *this;
  }
  ~Socket();

  /// Whether the handshake is done; true without TLS.
  bool try_handshake() { return !tls_ || tls_->try_handshake(); }
  bool is_resumed() const { return tls_ && tls_->is_resumed(); }

  /// Sends without blocking; returns the number of bytes, which may be 0.
  std::size_t try_send(std::string_view data);

  /// Receives without blocking; returns the number of bytes, `would_block`, or 0 at the end.
  std::size_t try_receive(std::span<char> buffer);
  static constexpr std::size_t would_block = Tls::would_block;

  /// The rest of a TLS record must be sent before anything else.
  bool is_amid_record() const { return tls_ && tls_->is_amid_record(); }

  /// Like the two functions above, but they wait, at most 20 s.
  void send_all(std::string_view data);
  std::size_t receive(std::span<char> buffer);

  void shutdown_send();
  void close();
  int fd() const { return fd_; }

 private:
  void connect(std::uint16_t port);
  void wait_for(short events) const;

  int fd_ = -1;
  std::optional<Tls> tls_;
};

/// Reports which of many connections are ready; each has a number.
class Poll {
 public:
  Poll();
  Poll(const Poll&) = delete;
  Poll& operator=(const Poll&) = delete;
  ~Poll();

  void add(const Socket& socket, std::size_t number);
  void watch(const Socket& socket, std::size_t number, bool for_sending);

  /// Throws if no event comes for 20 s.
  std::span<const epoll_event> wait(int timeout_ms = -1);

 private:
  int fd_;
  std::vector<epoll_event> events_;
};

/// Raises the limit of descriptors to the maximum.
void raise_file_limit();

[[noreturn]] void fail(const std::string& what);
[[noreturn]] void fail_with_errno(const char* what);

}  // namespace load
