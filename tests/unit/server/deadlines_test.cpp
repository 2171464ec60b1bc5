#include "server/deadlines.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <random>
#include <vector>

#include "support/catch.hpp"
#include "support/scarce_memory.hpp"

namespace {

using namespace std::chrono_literals;
using sock::Deadlines;
using sock::no_deadline;

constexpr sock::Clock::time_point begin{};

struct Waiter final : sock::Timed {
  void due() noexcept override {}
};

}  // namespace

TEST_CASE("deadlines are taken in their order, and only when their time has come") {
  Deadlines deadlines;
  Waiter first, second, third;
  CHECK(deadlines.first() == no_deadline);
  CHECK(deadlines.take(begin) == nullptr);
  deadlines.set(second, begin + 2s);
  deadlines.set(third, begin + 3s);
  deadlines.set(first, begin + 1s);
  CHECK(deadlines.first() == begin + 1s);
  CHECK(deadlines.take(begin + 999ms) == nullptr);
  CHECK(deadlines.take(begin + 2s) == &first);
  CHECK(deadlines.take(begin + 2s) == &second);
  CHECK(deadlines.take(begin + 2s) == nullptr);
  CHECK(deadlines.first() == begin + 3s);
}

TEST_CASE("each has one deadline: the last that was set, or none") {
  Deadlines deadlines;
  Waiter one, other;
  deadlines.set(one, begin + 1s);
  deadlines.set(one, begin + 5s);
  CHECK(deadlines.first() == begin + 5s);
  deadlines.set(other, begin + 3s);
  deadlines.set(one, begin + 2s);
  CHECK(deadlines.take(begin + 9s) == &one);
  CHECK(deadlines.take(begin + 9s) == &other);
  CHECK(deadlines.take(begin + 9s) == nullptr);
  deadlines.set(one, begin + 1s);
  deadlines.set(one, no_deadline);
  deadlines.set(other, begin + 1s);
  deadlines.clear(other);
  deadlines.clear(other);
  CHECK(deadlines.first() == no_deadline);
}

TEST_CASE("several can be due at the same time") {
  Deadlines deadlines;
  std::vector<Waiter> waiters(5);
  for (auto& one : waiters) deadlines.set(one, begin + 1s);
  deadlines.clear(waiters[2]);
  std::vector<const sock::Timed*> taken;
  while (const auto* one = deadlines.take(begin + 1s)) taken.push_back(one);
  CHECK(taken ==
        std::vector<const sock::Timed*>{&waiters[0], &waiters[1], &waiters[3], &waiters[4]});
}

TEST_CASE("one that has its memory waits again and again without any more") {
  Deadlines deadlines;
  Waiter reserved, used, untouched;
  Deadlines::reserve(reserved);
  Deadlines::reserve(reserved);
  deadlines.set(used, begin);
  const auto before = memory::allocations();
  for (int i = 0; i < 10; ++i) {
    deadlines.set(reserved, begin + i * 1s);
    deadlines.set(used, begin + 5s);
    deadlines.take(begin + 20s);
    deadlines.clear(used);
  }
  CHECK(memory::allocations() == before);
  deadlines.set(untouched, begin);
  CHECK(memory::allocations() > before);
  for (auto* one : {&reserved, &used, &untouched}) deadlines.clear(*one);
}

TEST_CASE("any order of setting, clearing and taking leaves those in order that wait") {
  std::mt19937 random(7);
  Deadlines deadlines;
  std::vector<Waiter> waiters(20);
  std::vector<sock::Clock::time_point> expected(waiters.size(), no_deadline);
  for (int step = 0; step < 10'000; ++step) {
    const std::size_t i = random() % waiters.size();
    const auto when = begin + static_cast<int>(random() % 50) * 1ms;
    switch (random() % 3) {
      case 0:
        deadlines.set(waiters[i], when);
        expected[i] = when;
        break;
      case 1:
        deadlines.clear(waiters[i]);
        expected[i] = no_deadline;
        break;
      default:
        const auto earliest = *std::min_element(expected.begin(), expected.end());
        const auto* const taken = deadlines.take(when);
        REQUIRE((taken != nullptr) == (earliest <= when));
        if (taken == nullptr) break;
        const auto at =
            static_cast<std::size_t>(static_cast<const Waiter*>(taken) - waiters.data());
        REQUIRE(expected[at] == earliest);
        expected[at] = no_deadline;
    }
    REQUIRE(deadlines.first() == *std::min_element(expected.begin(), expected.end()));
  }
  for (auto& one : waiters) deadlines.clear(one);
}
