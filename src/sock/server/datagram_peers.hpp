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

/// The peers that send datagrams to one door. Each has a session, which is forgotten when the peer
/// has been silent for long, or longest of too many peers. So the memory is bounded.
///
/// Uses no socket and no clock: the caller passes the time, which must not go back. Not
/// thread-safe.
class DatagramPeers {
 public:
  struct Limits {
    std::size_t peers = 1024;
    Clock::duration silence = std::chrono::minutes(1);
  };

  /// All of them must outlive it. `last_id` counts the clients of the server.
  DatagramPeers(Service& service, Observer& observer, std::atomic<std::uint64_t>& last_id,
                Limits limits, const Faults& faults = {});
  DatagramPeers(const DatagramPeers&) = delete;
  DatagramPeers& operator=(const DatagramPeers&) = delete;
  ~DatagramPeers() { end(); }

  /// The answer to a datagram, a view into `message` or `out`; nullopt if there is none. It counts
  /// as sent, though like any datagram it may be lost. Throws std::bad_alloc if there is no memory
  /// for the peer.
  std::optional<std::string_view> answer(const SocketAddress& from, std::string_view message,
                                         std::string& out, Clock::time_point now);
  /// Forgets the peers that have been silent for Limits::silence.
  void forget_silent(Clock::time_point now);
  /// When the next peer is to be forgotten; no_deadline if there is no peer.
  Clock::time_point deadline() const;

  /// The server stops: forgets all peers.
  void end();

  /// How many peers there have been. From any thread.
  std::uint64_t served() const { return served_; }

 private:
  // The bytes of an address that distinguish one peer from another.
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
    std::optional<FaultyEnd> faulty_end{};  // only if the peer has faults
    Clock::time_point since, heard;
    std::uint64_t bytes_in = 0, bytes_out = 0;
  };
  using Place = std::list<Peer>::iterator;

  Peer& peer(const SocketAddress& from, Clock::time_point now);
  // What to send instead of an answer; nullopt: nothing.
  std::optional<std::string_view> change(Peer& peer, std::string_view answer, std::string& out);
  void forget(Place place, End why, Clock::time_point now);

  Service& service_;
  Observer& observer_;
  std::atomic<std::uint64_t>& last_id_;
  const Limits limits_;
  const Faults faults_;
  FaultShare share_{faults_.share};
  std::list<Peer> peers_;  // the peer heard most recently is last
  std::unordered_map<Key, Place, Hash> places_;
  Clock::time_point now_{};
  std::atomic<std::uint64_t> served_{0};
};

}  // namespace sock
