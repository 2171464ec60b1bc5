#include "core/lingering.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "support/catch.hpp"

using namespace std::chrono_literals;

namespace {

struct Peer final : sock::System {
  sock::Clock::time_point time{1h};
  std::uint64_t taken = 0;
  bool has_more = true;

  sock::Clock::time_point now() const override { return time; }
  std::size_t unread() const override { return 0; }
  bool is_peer_held_up() const override { return false; }
  std::uint64_t acknowledged() const override { return taken; }
  bool has_unacknowledged() const override { return has_more; }
  bool is_busy() const override { return false; }
};

constexpr std::size_t mebibyte = 1024 * 1024;

}  // namespace

TEST_CASE("lingering: a silent peer has 1 s") {
  Peer peer;
  sock::Lingering lingering(peer);
  CHECK(lingering.deadline() == peer.time + 1s);
  CHECK(lingering.may_go_on());
  peer.time += 999ms;
  peer.taken = 5;
  CHECK(lingering.may_go_on());
  peer.time += 1ms;
  CHECK_FALSE(lingering.may_go_on());
}

TEST_CASE("lingering: one that still sends, and takes our words, has 10 s") {
  Peer peer;
  sock::Lingering lingering(peer);
  const auto begin = peer.time;
  int seconds = 0;
  while (lingering.may_go_on()) {
    lingering.discarded(1000);
    ++peer.taken;
    peer.time += 1s;
    ++seconds;
    REQUIRE(seconds <= 10);
  }
  CHECK(peer.time == begin + 10s);
}

TEST_CASE("lingering: one that sends and takes nothing has 1 s") {
  Peer peer;
  sock::Lingering lingering(peer);
  lingering.discarded(1000);
  peer.time += 1s;
  CHECK_FALSE(lingering.may_go_on());
}

TEST_CASE("lingering: after 1 MiB it depends on whether our words are being taken") {
  Peer peer;
  sock::Lingering lingering(peer);
  lingering.discarded(mebibyte);
  CHECK(lingering.may_go_on());  // on their way
  lingering.discarded(mebibyte);
  ++peer.taken;
  peer.has_more = false;
  CHECK(lingering.may_go_on());
  lingering.discarded(mebibyte);
  CHECK_FALSE(lingering.may_go_on());  // it has them all
}
