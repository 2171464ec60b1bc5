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

/// The thread that serves the session of a client.
enum class Mode {
  blocking,  ///< on the accepting thread; the next client waits until this one has ended
  threads,   ///< on a thread of its own
  async,     ///< on an event loop, with many other clients
};

/// Options of a server. Your program must set the limit of open files (a client needs one or two)
/// and the stack size of threads; the server leaves them as they are.
struct ServerOptions {
  // For a server with one door: as in Door.
  std::vector<std::string> hosts{"localhost"};
  std::uint16_t port = 0;
  Family family = Family::any;

  // For all doors together.
  Mode mode = Mode::threads;
  int backlog = 0;  ///< most connections waiting to be accepted; 0: the system's limit
  /// Open at once; further clients get a notice and are closed. Datagram peers do not count: each
  /// datagram door remembers 1024 peers, and forgets the one that was silent longest for a new one.
  std::size_t max_connections = 1000;
  /// Ends a connection that was silent for this long; 0: never. A datagram peer is forgotten after
  /// this time; 0: after one minute.
  std::chrono::milliseconds idle_timeout{0};
  std::chrono::milliseconds grace{5000};  ///< time that stop() leaves for unfinished answers
  std::size_t loops = 1;                  ///< event loops of async, one thread each; at least 1
  bool once = false;                      ///< serve one client, then return from run()
  bool nagle = false;      ///< leave Nagle's algorithm on; false: data is sent at once
  bool watch_tcp = false;  ///< watch TCP connections for changes: Observer::tcp_changed()
};

/// Serves the clients of one or more doors.
///
/// Listens from construction on, so port() is known and clients can connect before run(). SIGPIPE
/// is never raised; the server handles no signals.
class Server {
 public:
  /// With one TCP door. Throws std::system_error, which names the address, if it cannot listen.
  /// `observer` must outlive the server; nullptr: no observer.
  Server(ServerOptions options, std::unique_ptr<Service> service, Observer* observer = nullptr);
  /// With these doors. If it cannot listen at one of them, it listens at none. Also throws
  /// std::invalid_argument if the service of a datagram door does not take datagrams.
  Server(ServerOptions options, std::vector<Door> doors, Observer* observer = nullptr);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Serves until stop() is called (or one client, with `once`). Returns when every session has
  /// ended. Call it only once. Throws what Service::open() threw (see there).
  void run();

  /// Stops in order: accepts no new clients, answers what clients have sent so far, sends last
  /// words. Connections still open when the grace is over are cut. Returns at once. Call it from
  /// any thread, but not from a signal handler.
  void stop() noexcept;

  /// Stops at once: like stop() with no grace. From any thread.
  void cut() noexcept;

  /// The addresses where door number `door` (from 0) listens, in the order of its hosts. Throws
  /// std::out_of_range if there is no such door.
  const std::vector<Endpoint>& endpoints(std::size_t door = 0) const;
  /// The port of the first door.
  std::uint16_t port() const;
  /// From any thread.
  Totals totals() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sock
