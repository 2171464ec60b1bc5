#pragma once

#include <asio/ip/tcp.hpp>
#include <atomic>
#include <memory>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

#include "net/listen_sockets.hpp"
#include "net/stream_socket.hpp"
#include "server/event_loop.hpp"

namespace sock {

/// Accepts clients on an event loop, in every mode.
///
/// Listens from construction on. Out of descriptors or memory it pauses, and tries again until some
/// are free: waiting clients stay in the backlog. What waiting needs is there from the beginning.
class Acceptor final : public Timed {
 public:
  using Address = asio::ip::tcp::endpoint;

  /// Is called on the loop's thread.
  class Host {
   public:
    virtual ~Host() = default;
    /// Where the next client's socket is to live.
    virtual asio::io_context& next_context() = 0;
    /// A client has come. False: the next one is to wait for a new event. May close the acceptor;
    /// what it throws leaves the loop, but for std::bad_alloc.
    virtual bool admit(StreamSocket& socket, const Address& peer) = 0;
    /// A client came before shut_down(), and was not admitted.
    virtual void turn_away(StreamSocket& socket, const Address& peer) = 0;
    /// Accepting fails; told once until it has worked again.
    virtual void cannot_accept(std::error_code why) = 0;
  };

  /// `loop` and `host` outlive this. Throws std::system_error when it cannot listen.
  Acceptor(EventLoop& loop, const ListenRequest& request, Host& host);

  /// Before the loop runs.
  void start();

  /// On the loop's thread, or when it does not run.
  void close();
  bool is_closed() const { return is_closed_; }

  /// From any thread: clients that come from now on are refused by the system. Those in the backlog
  /// are turned away by close().
  void shut_down() noexcept;

  /// Accepted sockets inherit it: how long one recv(2) waits.
  void set_receive_timeout(std::chrono::milliseconds timeout);

  const std::vector<Address>& addresses() const { return addresses_; }

 private:
  // Shared with its wait, whose memory is here.
  struct Listening {
    explicit Listening(asio::ip::tcp::acceptor opened) : socket(std::move(opened)) {}
    asio::ip::tcp::acceptor socket;
    LoopMemory memory;
  };
  struct Late {
    int fd;
    Address peer;
  };

  void due() noexcept override { start(); }
  void await_clients(const std::shared_ptr<Listening>& listening);
  void accept_all(Listening& listening);
  void pause(std::error_code why);
  void take_backlog() noexcept;

  EventLoop& loop_;
  Host& host_;
  std::mutex mutex_;  // shut_down() may come while another thread closes them
  std::vector<std::shared_ptr<Listening>> listeners_;
  std::vector<Late> late_;
  std::vector<Address> addresses_;
  std::atomic<bool> shut_down_{false};
  bool is_closed_ = false;
  bool is_pausing_ = false;
  bool is_starved_ = false;  // the last accept found no descriptor or memory
};

}  // namespace sock
