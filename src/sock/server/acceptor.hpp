#pragma once

#include <sys/time.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

#include "net/descriptor.hpp"
#include "net/listen_sockets.hpp"
#include "server/event_loop.hpp"
#include "sock/door.hpp"
#include "sock/faulty_end.hpp"

namespace sock {

/// An accepted client, and its door.
struct Newcomer {
  Endpoint peer;
  const Door* door = nullptr;
  bool has_faults = false;  ///< the faults of the door apply to this client
};

/// Accepts the clients of every door for streams, on an event loop, in every mode.
///
/// Listens from construction on. Without free descriptors or memory it pauses, and tries again
/// until it works: waiting clients stay in the backlog.
class Acceptor final : public Timed {
 public:
  /// Called on the loop's thread.
  class Host {
   public:
    virtual ~Host() = default;
    /// A client was accepted. Returns false if the next client has to wait for a new event. May
    /// close the acceptor. An exception leaves the loop, except std::bad_alloc.
    virtual bool admit(Descriptor& socket, const Newcomer& newcomer) = 0;
    /// A client came before shut_down(), and is not admitted.
    virtual void turn_away(Descriptor& socket, const Newcomer& newcomer) = 0;
    /// Accepting fails. Called once until it has worked again.
    virtual void cannot_accept(std::error_code why) = 0;
    /// Clients stay in the backlog at `where`.
    virtual void not_accepting(const Endpoint& where) = 0;
  };

  /// `loop`, `host` and the doors must outlive this. Throws std::system_error if it cannot listen
  /// at one of the doors; then it listens at none.
  Acceptor(EventLoop& loop, const std::vector<Door>& doors, const ListenOptions& options,
           Host& host);

  /// Call it before the loop runs.
  void start();

  /// Call it on the loop's thread, or while the loop does not run.
  void close();
  bool is_closed() const { return is_closed_; }

  /// From any thread: from now on the system refuses new clients. close() turns away the clients in
  /// the backlog. But at a door that was handed over, they wait for other processes that use it.
  void shut_down() noexcept;

  /// Sets how long one recv(2) of an accepted socket waits.
  void set_receive_timeout(std::chrono::milliseconds timeout);

  /// The addresses where door number `door` listens.
  const std::vector<Endpoint>& endpoints(std::size_t door) const { return endpoints_.at(door); }

 private:
  struct Listening final : Watcher {
    Listening(Acceptor& owner, ListenSocket opened, const Door& of)
        : acceptor(owner), socket(std::move(opened)), door(of) {}
    void ready() override { acceptor.accept_all(*this); }

    Acceptor& acceptor;
    ListenSocket socket;
    const Door& door;
    FaultShare share{door.faults.share};
    bool is_told = false;  // Host::not_accepting() was called
  };
  struct Late {
    Descriptor socket;
    Newcomer newcomer{};
  };

  void due() noexcept override { start(); }
  void open(const Door& door, const ListenOptions& options);
  void accept_all(Listening& listening);
  bool accept_one(Listening& listening, bool is_first);
  void prepare(int fd, const ListenSocket& listener) const;
  void pause(std::error_code why);
  void take_backlog(Listening& listening) noexcept;

  EventLoop& loop_;
  Host& host_;
  std::mutex mutex_;  // shut_down() may run while another thread closes the listeners
  std::vector<std::unique_ptr<Listening>> listeners_;
  std::vector<Late> late_;
  std::vector<std::vector<Endpoint>> endpoints_;  // of each door
  timeval receive_timeout_{};                     // 0: none
  std::atomic<bool> shut_down_{false};
  bool is_closed_ = false;
  bool is_pausing_ = false;
  bool is_starved_ = false;  // the last accept found no descriptor or memory
};

}  // namespace sock
