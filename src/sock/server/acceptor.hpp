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

/// A client that has come, and by which door.
struct Newcomer {
  Endpoint peer;
  const Door* door = nullptr;
  bool has_faults = false;  ///< this one is to have those of the door
};

/// Accepts clients at every door for streams, on an event loop, in every mode.
///
/// Listens from construction on. Out of descriptors or memory it pauses, and tries again until some
/// are free: waiting clients stay in the backlog.
class Acceptor final : public Timed {
 public:
  /// Is called on the loop's thread.
  class Host {
   public:
    virtual ~Host() = default;
    /// A client has come. False: the next one is to wait for a new event. May close the acceptor;
    /// what it throws leaves the loop, but for std::bad_alloc.
    virtual bool admit(Descriptor& socket, const Newcomer& newcomer) = 0;
    /// A client came before shut_down(), and was not admitted.
    virtual void turn_away(Descriptor& socket, const Newcomer& newcomer) = 0;
    /// Accepting fails; told once until it has worked again.
    virtual void cannot_accept(std::error_code why) = 0;
    /// Clients stay in the backlog there.
    virtual void not_accepting(const Endpoint& where) = 0;
  };

  /// `loop`, `host` and the doors outlive this. Throws std::system_error when it cannot listen
  /// at one of the doors; then it listens at none.
  Acceptor(EventLoop& loop, const std::vector<Door>& doors, const ListenOptions& options,
           Host& host);

  /// Before the loop runs.
  void start();

  /// On the loop's thread, or when it does not run.
  void close();
  bool is_closed() const { return is_closed_; }

  /// From any thread: clients that come from now on are refused by the system. Those in the backlog
  /// are turned away by close(). But at a door that was handed over they wait for whoever has it.
  void shut_down() noexcept;

  /// Of accepted sockets: how long one recv(2) waits.
  void set_receive_timeout(std::chrono::milliseconds timeout);

  /// Where the door of that number listens.
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
    bool is_told = false;  // that nobody is accepted
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
  std::mutex mutex_;  // shut_down() may come while another thread closes them
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
