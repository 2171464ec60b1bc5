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

/// The doors for datagrams. They have a thread of their own, whatever the mode: a flood of them
/// delays the other doors by no more than the share of a processor that it takes.
///
/// Not answered is what may come from another server, or goes to many: a source port below 1024
/// (echo, chargen, DNS), or one at which this server takes datagrams; and what came to a broadcast
/// or multicast address (RFC 1122, 3.2.2; CVE-2024-2169).
class DatagramDoors {
 public:
  /// Binds the sockets of those of `doors` that are for datagrams. All of them outlive it. Throws
  /// std::system_error when one of them cannot be bound, or there is no thread;
  /// std::invalid_argument when one has a service that does not take datagrams.
  DatagramDoors(const std::vector<Door>& doors, Observer& observer,
                std::atomic<std::uint64_t>& last_id, std::chrono::milliseconds idle_timeout);
  DatagramDoors(const DatagramDoors&) = delete;
  DatagramDoors& operator=(const DatagramDoors&) = delete;
  ~DatagramDoors();

  /// Serves from now on, once.
  void start();

  // Any thread.

  /// What has come is answered, and nothing more is. Returns at once.
  void stop() noexcept;
  /// Nothing more is answered.
  void cut() noexcept;
  void add_to(Totals& totals) const;

  /// Waits until all is over. After start() and stop().
  void join();

  /// Where the door of that number takes datagrams; empty if it takes none.
  const std::vector<Endpoint>& endpoints(std::size_t door) const { return endpoints_.at(door); }

 private:
  struct Socket {
    Descriptor fd;
    DatagramPeers& peers;
    bool is_shared;  // it was handed over: what has come is for whoever has it next
  };

  void open(const Door& door, DatagramPeers& peers);
  void run();
  void serve_until_stopped();
  bool serve(Socket& socket);
  bool may_be_answered(const ReceivedDatagram& datagram) const;
  Clock::time_point forget_silent();

  std::vector<std::unique_ptr<DatagramPeers>> peers_;  // of each door
  std::vector<std::vector<Endpoint>> endpoints_;       // of each door of the server
  std::vector<Socket> sockets_;
  std::vector<std::uint16_t> ports_;
  std::unique_ptr<DatagramBatch> batch_;
  mutable std::mutex totals_mutex_;
  Totals totals_;  // without how many were served
  std::atomic<bool> may_start_{false}, stopping_{false}, cutting_{false};
  WakeFd wake_;
  std::thread thread_;
};

}  // namespace sock
