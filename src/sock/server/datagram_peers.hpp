#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "net/socket_address.hpp"
#include "sock/faulty_end.hpp"
#include "sock/observer.hpp"
#include "sock/service.hpp"
#include "sock/wait.hpp"

namespace sock {

/// Who sends datagrams to one door: each peer has a session, which is forgotten when the peer has
/// been silent for long, or as the oldest of too many. So the memory is bounded, whoever sends.
///
/// Knows no socket and no clock: times are given, and do not go back. Not thread-safe.
class DatagramPeers {
 public:
  struct Limits {
    std::size_t peers = 1024;
    Clock::duration silence = std::chrono::minutes(1);
  };

  /// All of them outlive it. `last_id` counts the clients of the server.
  DatagramPeers(Service& service, Observer& observer, std::atomic<std::uint64_t>& last_id,
                Limits limits, const Faults& faults = {});
  DatagramPeers(const DatagramPeers&) = delete;
  DatagramPeers& operator=(const DatagramPeers&) = delete;
  ~DatagramPeers() { end(); }

  /// The answer to a datagram: none, or a view into `message` or `out`. It counts as sent: like any
  /// datagram it may still be lost. Throws std::bad_alloc, when there is no memory for the peer.
  std::optional<std::string_view> answer(const SocketAddress& from, std::string_view message,
                                         std::string& out, Clock::time_point now);
  /// Forgets those that have been silent for long enough.
  void forget_silent(Clock::time_point now);
  /// When the next of them will have been; no_deadline: there is nobody.
  Clock::time_point deadline() const;

  /// The server stops.
  void end();

  /// How many there have been. Any thread.
  std::uint64_t served() const { return served_; }

 private:
  // The bytes of an address, as far as they tell one peer from another.
  struct Key {
    explicit Key(const SocketAddress& from);
    bool operator==(const Key&) const = default;

    std::array<char, 24> bytes{};
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      return std::hash<std::string_view>()({key.bytes.data(), key.bytes.size()});
    }
  };
  struct Peer {
    Peer(const Key& from, Client who, Clock::time_point now)
        : key(from), client(std::move(who)), since(now), heard(now) {}

    Key key;
    Client client;
    std::unique_ptr<Session> session{};
    std::optional<FaultyEnd> faulty_end{};  // of one that has faults
    Clock::time_point since, heard;
    std::uint64_t bytes_in = 0, bytes_out = 0;
  };
  using Place = std::list<Peer>::iterator;

  Peer& peer(const SocketAddress& from, Clock::time_point now);
  // What is to be sent in place of an answer; nothing: none.
  std::optional<std::string_view> change(Peer& peer, std::string_view answer, std::string& out);
  void forget(Place place, End why, Clock::time_point now);

  Service& service_;
  Observer& observer_;
  std::atomic<std::uint64_t>& last_id_;
  const Limits limits_;
  const Faults faults_;
  FaultShare share_{faults_.share};
  std::list<Peer> peers_;  // the one heard of last comes last
  std::unordered_map<Key, Place, Hash> places_;
  Clock::time_point now_{};
  std::atomic<std::uint64_t> served_{0};
};

}  // namespace sock
