#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "server/datagram_peers.hpp"
#include "simulation/judge.hpp"
#include "simulation/schedule.hpp"
#include "sock/service.hpp"
#include "support/peer_judge.hpp"
#include "support/scarce_memory.hpp"

namespace simulation {

/// A datagram door with its senders, on a network that loses, duplicates and reorders datagrams.
/// The senders' sessions and their table are the library's own.
class Datagrams {
 public:
  /// All arguments must outlive it.
  Datagrams(Random& random, Schedule& schedule, const sock::ServiceRow& row,
            const sock::MessageOptions& options);

  void start();
  /// Answers what has come, and then ends.
  void stop() { is_stopping_ = true; }

  /// The number of remembered senders.
  std::size_t peers() const { return judge_.size(); }
  void check_end() const;

 private:
  // Its memory must not count as the library's.
  class Judge final : public PeerJudge {
   public:
    using PeerJudge::PeerJudge;
    void connected(const sock::Client& client) noexcept override {
      const memory::Pause pause;
      PeerJudge::connected(client);
    }
    void closed(const sock::Client& client, const sock::Closing& closing) noexcept override {
      const memory::Pause pause;
      PeerJudge::closed(client, closing);
    }
  };
  struct Sent {
    sock::SocketAddress from;
    std::string text;
  };

  Task send(sock::SocketAddress from);
  Task serve();
  void forget_silent();
  void take(const Sent& datagram);
  std::string some_text();

  Random& random_;
  Schedule& schedule_;
  const std::unique_ptr<sock::Service> service_;
  const sock::DatagramPeers::Limits limits_;
  Judge judge_;
  std::atomic<std::uint64_t> last_id_{0};
  std::unique_ptr<sock::DatagramPeers> peers_;
  std::deque<Sent> under_way_;
  std::size_t answers_ = 0;
  bool is_stopping_ = false;
  bool is_over_ = false;
};

}  // namespace simulation
