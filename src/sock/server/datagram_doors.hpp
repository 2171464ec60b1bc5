#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "net/descriptor.hpp"
#include "net/wake_fd.hpp"
#include "server/datagram_batch.hpp"
#include "server/datagram_peers.hpp"
#include "sock/door.hpp"
#include "sock/totals.hpp"

namespace sock {

/// The doors for datagrams. They have a thread of their own in every mode: a flood of datagrams
/// delays the other doors only by the processor time that it takes.
///
/// They do not answer datagrams that may come from another server or went to many: from a source
/// port below 1024 (echo, chargen, DNS) or a port at which this server takes datagrams, or to a
/// broadcast or multicast address (RFC 1122, 3.2.2; CVE-2024-2169).
class DatagramDoors {
 public:
  /// Binds the sockets of the doors for datagrams in `doors`. All arguments must outlive it. Throws
  /// std::system_error if a socket cannot be bound or there is no thread; std::invalid_argument if
  /// a service does not take datagrams.
  DatagramDoors(const std::vector<Door>& doors, Observer& observer,
                std::atomic<std::uint64_t>& last_id, std::chrono::milliseconds idle_timeout);
  DatagramDoors(const DatagramDoors&) = delete;
  DatagramDoors& operator=(const DatagramDoors&) = delete;
  ~DatagramDoors();

  /// Starts to serve.
  void start();

  // From any thread.

  /// Answers the datagrams that have come, and no more. Returns at once.
  void stop() noexcept;
  /// Answers no more datagrams.
  void cut() noexcept;
  void add_to(Totals& totals) const;

  /// Waits until serving has ended. Call it after start() and stop().
  void join();

  /// The addresses where door number `door` takes datagrams; empty if it takes none.
  const std::vector<Endpoint>& endpoints(std::size_t door) const { return endpoints_.at(door); }

 private:
  struct Socket {
    Descriptor fd;
    DatagramPeers& peers;
    bool is_shared;  // it was handed over: at a stop, waiting datagrams are for other processes
  };

  void open(const Door& door, DatagramPeers& peers);
  void run();
  void serve_until_stopped();
  bool serve(Socket& socket);
  bool may_be_answered(const ReceivedDatagram& datagram) const;
  Clock::time_point forget_silent();

  std::vector<std::unique_ptr<DatagramPeers>> peers_;  // of each door for datagrams
  std::vector<std::vector<Endpoint>> endpoints_;       // of each door of the server
  std::vector<Socket> sockets_;
  std::vector<std::uint16_t> ports_;
  std::unique_ptr<DatagramBatch> batch_;
  mutable std::mutex totals_mutex_;
  Totals totals_;  // all but `served`
  std::atomic<bool> may_start_{false}, stopping_{false}, cutting_{false};
  WakeFd wake_;
  std::thread thread_;
};

}  // namespace sock
