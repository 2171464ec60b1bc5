#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>

#include "sock/observer.hpp"
#include "sock/tcp_narrator.hpp"

namespace sock {

/// Between a TCP connection and the server's observer: it tells that, besides all else, what the
/// system says of the connection.
///
/// Looks at it after each read and write, and whenever another thread asks for it. Thread-safe: the
/// observer's calls about the client come one at a time.
class TcpObserver final : public Observer {
 public:
  /// `told` outlives it; `fd` is open until finish().
  TcpObserver(int fd, Client client, Observer& told);

  void connected(const Client& client) noexcept override;
  void active(const Client& client) noexcept override;
  void read(const Client& client, std::string_view bytes) noexcept override;
  void wrote(const Client& client, std::string_view bytes) noexcept override;
  void received(const Client& client, const Message& message) noexcept override;
  void answered(const Client& client, std::string_view text) noexcept override;
  void fault(const Client& client, Fault done, const Faults& asked) noexcept override;
  void closed(const Client& client, const Closing& closing) noexcept override;
  void kept_out(const Client& client, const KeptOut& how) noexcept override;
  void broken(const Client& client, std::string_view layer, std::string_view why) noexcept override;
  void proxied(const Client& client, const ProxyHeader& header) noexcept override;

  /// Our sending is about to be ended.
  void ending() noexcept;
  /// The same, by whoever must not wait.
  void note_cut() noexcept;
  void look() noexcept;
  /// The last look: the descriptor is about to be closed. `is_lost`: a call on it has failed.
  void finish(bool is_lost) noexcept;

 private:
  void see() noexcept;
  void tell() noexcept;

  const int fd_;
  Observer& told_;
  std::atomic<bool> is_cut_{false}, is_cut_first_{false};  // the peer had not ended its sending
  std::mutex mutex_;  // of all that follows, and of the calls about the client
  Client client_;     // as it is known by now
  TcpNarrator narrator_;
  bool is_open_ = false;  // the observer knows of it, and its descriptor is open
};

}  // namespace sock
