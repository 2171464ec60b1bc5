#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <mutex>
#include <system_error>
#include <vector>

#include "net/listening.hpp"
#include "net/tcp_socket.hpp"

namespace sock {

/// Accepts clients on an event loop, in every mode.
///
/// Listens from construction on. Out of descriptors or memory it pauses, and tries again until some
/// are free: those who wait are in the backlog, and whoever is served is served on. Only when there
/// is no memory even for waiting, whoever is served by this loop waits with it.
class Accepting {
 public:
  /// Is called on the loop's thread.
  class Host {
   public:
    virtual ~Host() = default;
    /// Where the next client's socket is to live.
    virtual asio::io_context& next_context() = 0;
    /// A client has come. May close(); what it throws leaves the loop, but for std::bad_alloc.
    virtual void admit(TcpSocket socket, const asio::ip::tcp::endpoint& peer) = 0;
    /// Accepting fails; told once until it has worked again.
    virtual void cannot_accept(std::error_code why) = 0;
  };

  /// `loop` and `host` outlive this. Throws std::system_error when it cannot listen.
  Accepting(asio::io_context& loop, const ListenRequest& request, Host& host);

  /// Before the loop runs.
  void start();

  /// On the loop's thread, or when it does not run.
  void close();

  /// From any thread: clients that come from now on are refused, even while the loop is busy with
  /// one; it closes when it gets to it.
  void shut_down() noexcept;

  const std::vector<asio::ip::tcp::endpoint>& endpoints() const { return endpoints_; }

 private:
  void await_clients(asio::ip::tcp::acceptor& listener);
  void accept_all(asio::ip::tcp::acceptor& listener);
  void pause(std::error_code why);
  bool again_later();

  Host& host_;
  std::mutex mutex_;  // shut_down() may come while another thread closes them
  std::vector<asio::ip::tcp::acceptor> listeners_;
  std::vector<asio::ip::tcp::endpoint> endpoints_;
  asio::steady_timer again_;
  std::atomic<bool> shut_down_{false};
  bool pausing_ = false;
  bool starved_ = false;  // the last accept found no descriptor or memory
};

}  // namespace sock
