#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sock/door.hpp"
#include "sock/endpoint.hpp"
#include "sock/observer.hpp"
#include "sock/service.hpp"
#include "sock/totals.hpp"

namespace sock {

/// A client has connected: on which thread is its session served?
enum class Mode {
  blocking,  ///< on the accepting thread; the next client waits until this one has ended
  threads,   ///< on a thread of its own
  async,     ///< on an event loop, with many others
};

/// What can be chosen for a server. The limit of open files, of which a client takes one or two,
/// and the size of a thread's stack are the program's to set.
struct ServerOptions {
  // Of a server with one door: as in Door.
  std::vector<std::string> hosts{"localhost"};
  std::uint16_t port = 0;
  Family family = Family::any;

  // Of all doors together.
  Mode mode = Mode::threads;
  int backlog = 0;  ///< connections waiting to be accepted; 0: the most allowed
  /// At once; others are told and closed. Peers of datagrams are not among them: each door for
  /// datagrams remembers 1024, and forgets the one heard of least lately for a new one.
  std::size_t max_connections = 1000;
  /// End a connection silent for so long; 0: never. A peer of datagrams is forgotten after it; 0:
  /// after a minute.
  std::chrono::milliseconds idle_timeout{0};
  std::chrono::milliseconds grace{5000};  ///< what stop() leaves for what is still owed
  std::size_t loops = 1;                  ///< event loops of async, each a thread; at least 1
  bool once = false;                      ///< serve one client, then return from run()
  bool nagle = false;      ///< leave Nagle's algorithm on; without it, what is sent leaves at once
  bool watch_tcp = false;  ///< look at TCP connections again and again: Observer::tcp_changed()
};

/// Serves the clients of one or more doors.
///
/// Listens from construction on, so port() is known and clients can connect before run(). SIGPIPE
/// is never raised; of signals it takes none.
class Server {
 public:
  /// With one door, of TCP. Throws std::system_error, which names the address, when it cannot
  /// listen. `observer` outlives the server; nullptr: nobody watches.
  Server(ServerOptions options, std::unique_ptr<Service> service, Observer* observer = nullptr);
  /// With these doors. If it cannot listen at one of them, it listens at none. Throws
  /// std::invalid_argument too: the service of a door for datagrams does not take them.
  Server(ServerOptions options, std::vector<Door> doors, Observer* observer = nullptr);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Serves until stop() is called (or one client, with `once`). Returns when every session has
  /// ended. Once in a server's life. Throws what Service::open() threw, as is said there.
  void run();

  /// Ends in order: no new clients, what clients sent so far is answered, last words are sent.
  /// What is not done when the grace is over is cut. Returns at once. From any thread, but not from
  /// a signal handler.
  void stop() noexcept;

  /// Ends now: like stop(), with the grace already over. From any thread.
  void cut() noexcept;

  /// Where the door of that number, from 0, listens: in the order of its hosts.
  const std::vector<Endpoint>& endpoints(std::size_t door = 0) const;
  /// Of the first door.
  std::uint16_t port() const;
  /// From any thread.
  Totals totals() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sock
