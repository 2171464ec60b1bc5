#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>

#include "sock/observer.hpp"
#include "sock/tcp_narrator.hpp"

namespace sock {

/// Stands between a TCP connection and the server's observer: passes all events on, and adds the
/// changes that the system reports of the connection.
///
/// Looks at the connection after each read and write, and when another thread calls look().
/// Thread-safe: the observer's calls about the client come one at a time.
class TcpObserver final : public Observer {
 public:
  /// `told` must outlive it; `fd` must be open until finish().
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

  /// We are about to end our sending.
  void ending() noexcept;
  /// The same for a cut: does not wait for the lock.
  void note_cut() noexcept;
  void look() noexcept;
  /// The last look, before the descriptor is closed. `is_lost`: a call on it has failed.
  void finish(bool is_lost) noexcept;

 private:
  void see() noexcept;
  void tell() noexcept;

  const int fd_;
  Observer& told_;
  std::atomic<bool> is_cut_{false},
      is_cut_first_{false};  // first: before the peer ended its sending
  std::mutex mutex_;         // for all that follows, and for the calls about the client
  Client client_;            // as far as it is known
  TcpNarrator narrator_;
  bool is_open_ = false;  // the observer knows of it, and its descriptor is open
};

}  // namespace sock
