#pragma once

#include <algorithm>
#include <cstdint>
#include <list>
#include <string_view>

#include "server/datagram_peers.hpp"
#include "sock/observer.hpp"

/// Follows from outside which peers a DatagramPeers has, and checks its rules.
class PeerJudge : public sock::Observer {
 public:
  using Require = void (*)(bool holds, std::string_view what);

  PeerJudge(sock::DatagramPeers::Limits limits, Require require)
      : limits_(limits), require_(require) {}

  /// A datagram from `from` is about to be passed to the peers.
  void hears(const sock::Endpoint& from, std::size_t size, sock::Clock::time_point now) {
    speaker_ = from;
    size_ = size;
    now_ = now;
    const auto known = std::find_if(peers_.begin(), peers_.end(),
                                    [&](const Peer& peer) { return peer.address == from; });
    if (known == peers_.end()) return;
    known->heard = now;
    known->bytes_in += size;
    peers_.splice(peers_.end(), peers_, known);
  }
  /// The answer, if there is one. `expected` is the answer of a new session.
  void answers(std::string_view answer, std::string_view expected) const {
    require_(answer == expected, "another answer than to its question");
    require_(answer.size() <= size_ + 64, "an answer out of proportion");
  }
  /// Silent peers are about to be forgotten; has_forgotten() follows.
  void forgets(sock::Clock::time_point now) {
    speaker_ = {};
    now_ = now;
  }
  void has_forgotten() const {
    for (const auto& peer : peers_) {
      require_(now_ - peer.heard < limits_.silence, "one that is silent is not forgotten");
    }
  }
  /// The server stops: from now on all peers may be told about their end.
  void stops() { is_over_ = true; }

  std::size_t size() const { return peers_.size(); }
  std::uint64_t served() const { return served_; }

  void connected(const sock::Client& client) noexcept override {
    require_(client.address == speaker_, "another address than the sender's");
    for (const auto& peer : peers_) require_(peer.address != speaker_, "a peer has two sessions");
    require_(client.id > last_id_, "a number that has been used");
    last_id_ = client.id;
    ++served_;
    peers_.push_back({client.id, speaker_, now_, size_});
    require_(peers_.size() <= limits_.peers, "more peers than may be");
  }

  void closed(const sock::Client& client, const sock::Closing& closing) noexcept override {
    const auto peer = std::find_if(peers_.begin(), peers_.end(),
                                   [&](const Peer& one) { return one.id == client.id; });
    require_(peer != peers_.end(), "the end of one that is not there");
    require_(peer->address == client.address, "the end of another");
    const bool is_speaker = peer->address == speaker_;
    const bool is_displaced = peers_.size() == limits_.peers && peer == peers_.begin();
    switch (closing.why) {
      case sock::End::idle:
        require_(now_ - peer->heard >= limits_.silence, "forgotten too early");
        break;
      case sock::End::by_server:
        require_(is_speaker || is_displaced,
                 "another than the one silent for longest is forgotten");
        break;
      case sock::End::lost:
        require_(is_speaker, "lost without having said anything");
        break;
      default:
        require_(is_over_ && closing.why == sock::End::stopped, "an end for no reason");
    }
    require_(closing.bytes_in == peer->bytes_in, "bytes_in is not what it has sent");
    peers_.erase(peer);
  }

 private:
  struct Peer {
    std::uint64_t id;
    sock::Endpoint address;
    sock::Clock::time_point heard;
    std::uint64_t bytes_in;
  };

  const sock::DatagramPeers::Limits limits_;
  const Require require_;
  std::list<Peer> peers_;  // the peer heard last is at the end
  sock::Endpoint speaker_;
  std::size_t size_ = 0;  // of its datagram
  sock::Clock::time_point now_{};
  std::uint64_t last_id_ = 0;  // some are skipped: those of peers for which memory ran out
  std::uint64_t served_ = 0;
  bool is_over_ = false;
};
