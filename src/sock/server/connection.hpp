#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "net/tcp_socket.hpp"
#include "net/wake_fd.hpp"
#include "server/idle_watch.hpp"
#include "sock/observer.hpp"
#include "sock/session.hpp"
#include "sock/wait.hpp"

namespace sock {

/// A number with one writer and any number of readers.
class Counter {
 public:
  void add(std::size_t n) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// An accepted client, from accept to close.
///
/// Belongs to whoever serves it. Other threads reach it through the registry and under its lock,
/// and may call only what is marked so.
class Connection {
 public:
  Connection(TcpSocket accepted, Client who)
      : client(std::move(who)), socket(std::move(accepted)) {}

  const Client client;
  TcpSocket socket;
  std::optional<WakeFd> wake;  ///< for a blocking driver, if others may write to this client
  std::unique_ptr<Session> session;
  const Clock::time_point since = Clock::now();
  Counter bytes_in;  // any thread may read them
  Counter bytes_out;

  /// The cause of the end: `why`, unless there was one before. Any thread.
  End settle(End why) {
    auto none = undecided;
    const auto mine = static_cast<std::uint8_t>(why);
    return cause_.compare_exchange_strong(none, mine) ? why : static_cast<End>(none);
  }

  /// The cause of the end, if there is one yet. Any thread.
  std::optional<End> cause() const {
    const std::uint8_t cause = cause_.load();
    return cause == undecided ? std::nullopt : std::optional(static_cast<End>(cause));
  }

  /// For those who serve with blocking calls. Throws std::system_error when out of descriptors.
  void prepare_wake() {
    if (session->mailbox() != nullptr) wake.emplace();
  }

  /// Wakes the reader; what is owed is still written. Any thread, under the registry's lock.
  void stop() {
    settle(End::stopped);
    shut(asio::socket_base::shutdown_receive);
  }

  /// Wakes reader and writer; what the system has already taken is still sent. Any thread, under
  /// the registry's lock.
  void cut(End why) {
    settle(why);
    cut_.store(true);
    shut(asio::socket_base::shutdown_both);
  }

  /// Whether waiting for the peer has no point any more. Any thread.
  bool is_cut() const { return cut_.load(); }

  /// The sweeper's: only it touches it, under the registry's lock.
  IdleWatch idle_watch{since};

  /// The registry's.
  std::size_t place = 0;
  bool retired = false;
  bool has_place = true;

 private:
  void shut(asio::socket_base::shutdown_type what) {
    asio::error_code ec;
    socket.shutdown(what, ec);
  }

  static constexpr std::uint8_t undecided = 0xff;
  std::atomic<std::uint8_t> cause_{undecided};
  std::atomic<bool> cut_{false};
};

}  // namespace sock
