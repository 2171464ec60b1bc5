#include "server/idle_watch.hpp"

#include <algorithm>
#include <cstdint>

#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;

// A watch with a timeout of 8 s, asked once a second; and what it sees of the system.
class Watched final : public sock::System {
 public:
  bool is_idle_after(std::chrono::milliseconds passed) {
    now_ += passed;
    return watch_.is_idle(moved, *this, std::min<std::chrono::milliseconds>(passed, 1s), 8s);
  }
  bool is_idle_after_a_second() { return is_idle_after(1s); }
  // How many seconds until it is idle; more than `most` if it is not.
  int seconds_until_idle(int most = 20) {
    for (int second = 1; second <= most; ++second) {
      if (is_idle_after_a_second()) return second;
    }
    return most + 1;
  }

  sock::Clock::time_point now() const override { return now_; }
  std::size_t unread() const override { return unread_bytes; }
  bool is_peer_held_up() const override { return false; }
  std::uint64_t acknowledged() const override {
    ++asked;
    return acknowledged_bytes;
  }
  bool has_unacknowledged() const override { return is_full; }
  bool is_busy() const override { return false; }

  std::uint64_t moved = 0;
  std::uint64_t acknowledged_bytes = 0;
  std::size_t unread_bytes = 0;
  bool is_full = false;  // of what the peer does not read
  mutable int asked = 0;

 private:
  sock::Clock::time_point now_{};
  sock::IdleWatch watch_;
};

constexpr int timeout = 8;  // seconds, and looks
constexpr int latest = timeout + 2;

bool is_in_time(int seconds) { return seconds >= timeout && seconds <= latest; }

}  // namespace

TEST_CASE("a connection that never moved a byte is idle after the timeout") {
  Watched watched;
  CHECK(is_in_time(watched.seconds_until_idle()));
}

TEST_CASE("a byte in either direction begins the timeout anew, and none comes too early") {
  for (int silent = 0; silent < latest - 2; ++silent) {
    Watched watched;
    watched.moved = 5;
    CHECK_FALSE(watched.is_idle_after_a_second());
    for (int second = 1; second <= silent; ++second) {
      CHECK_FALSE(watched.is_idle_after_a_second());
    }
    watched.moved = 6;  // at any time since the last look, say just before the next
    CHECK_FALSE(watched.is_idle_after_a_second());
    CHECK(is_in_time(watched.seconds_until_idle()));
  }
}

TEST_CASE("a slow but steady reader is not idle, since its system acknowledges bytes") {
  Watched watched;
  watched.moved = 100;
  watched.is_full = true;
  for (std::uint64_t second = 1; second < 100; ++second) {
    watched.acknowledged_bytes = second / 7;  // in strides of 7 seconds
    CHECK_FALSE(watched.is_idle_after_a_second());
  }
}

TEST_CASE("a reader that stops is idle a timeout after its last acknowledgement, never earlier") {
  Watched watched;
  watched.moved = 100;
  watched.is_full = true;
  for (int second = 1; second <= 6; ++second) CHECK_FALSE(watched.is_idle_after_a_second());
  watched.acknowledged_bytes = 2;
  CHECK_FALSE(watched.is_idle_after_a_second());
  CHECK(is_in_time(watched.seconds_until_idle()));
}

TEST_CASE("one whose bytes have come and were not read is not silent: the server is late") {
  Watched watched;
  watched.unread_bytes = 1;
  CHECK(watched.seconds_until_idle(100) > 100);
  watched.unread_bytes = 0;
  CHECK(is_in_time(watched.seconds_until_idle()));
}

TEST_CASE("one that sends and does not read its answers is idle, though its bytes are unread") {
  Watched watched;
  watched.unread_bytes = 1'000'000;
  watched.is_full = true;
  CHECK(is_in_time(watched.seconds_until_idle()));
}

TEST_CASE("a look that comes late judges nobody") {
  Watched watched;
  CHECK_FALSE(watched.is_idle_after_a_second());
  CHECK_FALSE(watched.is_idle_after(1h));  // the process was paused
  CHECK_FALSE(watched.is_idle_after_a_second());
  CHECK(watched.seconds_until_idle() >= timeout - 3);
  Watched slow;  // every look is late, and the silence is long enough all the same
  for (int look = 1; look < timeout; ++look) CHECK_FALSE(slow.is_idle_after(90s));
}

TEST_CASE("looks that come early do not make the time pass faster") {
  Watched watched;
  for (int look = 0; look < 7900; ++look) REQUIRE_FALSE(watched.is_idle_after(1ms));
}

TEST_CASE("one that is busy is never asked about") {
  Watched watched;
  for (int second = 1; second < 100; ++second) {
    ++watched.moved;
    CHECK_FALSE(watched.is_idle_after_a_second());
  }
  CHECK(watched.asked == 0);
}
