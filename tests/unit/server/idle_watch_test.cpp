#include "server/idle_watch.hpp"

#include <cstdint>

#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;

// A watch with a timeout of 8 s, asked once a second.
class Watched {
 public:
  bool after_a_second(std::uint64_t moved, std::uint64_t acknowledged = 0) {
    now_ += 1s;
    const auto ask = [&] {
      ++asked;
      return acknowledged;
    };
    return watch_.is_idle(moved, ask, now_, 8s);
  }

  int asked = 0;

 private:
  sock::Clock::time_point now_{};
  sock::IdleWatch watch_{sock::Clock::time_point{}};
};

}  // namespace

TEST_CASE("a connection that never moved a byte is idle after the timeout") {
  Watched watched;
  for (int second = 1; second < 8; ++second) CHECK_FALSE(watched.after_a_second(0));
  CHECK(watched.after_a_second(0));
}

TEST_CASE("a byte in either direction begins the timeout anew") {
  Watched watched;
  for (int second = 1; second < 8; ++second) CHECK_FALSE(watched.after_a_second(5));
  CHECK_FALSE(watched.after_a_second(6));
  for (int second = 1; second < 8; ++second) CHECK_FALSE(watched.after_a_second(6));
  CHECK(watched.after_a_second(6));
}

TEST_CASE("a slow but steady reader is not idle, since its TCP acknowledges bytes") {
  Watched watched;
  CHECK_FALSE(watched.after_a_second(100));
  for (std::uint64_t second = 1; second < 100; ++second) {
    CHECK_FALSE(watched.after_a_second(100, second / 4));  // in strides of four seconds
  }
}

TEST_CASE("a reader that has stopped is idle a timeout after its last acknowledgement") {
  Watched watched;
  for (int second = 1; second <= 6; ++second) CHECK_FALSE(watched.after_a_second(100, 1));
  CHECK_FALSE(watched.after_a_second(100, 2));
  for (int second = 1; second < 8; ++second) CHECK_FALSE(watched.after_a_second(100, 2));
  CHECK(watched.after_a_second(100, 2));
}

TEST_CASE("one that is busy is never asked about") {
  Watched watched;
  for (std::uint64_t second = 1; second < 100; ++second) watched.after_a_second(second);
  CHECK(watched.asked == 0);
}
