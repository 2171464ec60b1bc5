#include "refusals.hpp"

#include "support/catch.hpp"

using namespace sockserver;
using namespace std::chrono_literals;

namespace {

const Refusals::Time start{1000h};

}  // namespace

TEST_CASE("the first refused clients are told one by one") {
  Refusals refusals;
  for (int i = 0; i < 10; ++i) CHECK(refusals.refuse(start) == 1);
  CHECK(refusals.refuse(start) == 0);
}

TEST_CASE("a flood is told once a second, and everyone is counted once") {
  Refusals refusals;
  std::uint64_t told = 0;
  int lines = 0;
  constexpr int clients = 10'000;  // one a millisecond
  for (int i = 0; i < clients; ++i) {
    const auto now = refusals.refuse(start + i * 1ms);
    told += now;
    if (now > 0) ++lines;
  }
  CHECK(lines == 10 + 9);
  told += refusals.tell_rest();
  CHECK(told == clients);
  CHECK(refusals.tell_rest() == 0);
}

TEST_CASE("those who were not told are told later, without another refusal") {
  Refusals refusals;
  for (int i = 0; i < 10 + 7; ++i) refusals.refuse(start);
  CHECK(refusals.tell(start + 999ms) == 0);
  CHECK(refusals.tell(start + 1s) == 7);
  CHECK(refusals.tell(start + 2s) == 0);
}

TEST_CASE("the next line tells of this client and of those before") {
  Refusals refusals;
  for (int i = 0; i < 10 + 7; ++i) refusals.refuse(start);
  CHECK(refusals.refuse(start + 1s) == 8);
  CHECK(refusals.refuse(start + 1s) == 0);
}

TEST_CASE("after calm seconds there are lines for single clients again, ten at most") {
  Refusals refusals;
  for (int i = 0; i < 10; ++i) refusals.refuse(start);
  for (int i = 0; i < 3; ++i) CHECK(refusals.refuse(start + 3s) == 1);
  CHECK(refusals.refuse(start + 3s) == 0);
  CHECK(refusals.tell_rest() == 1);
  for (int i = 0; i < 10; ++i) CHECK(refusals.refuse(start + 1h) == 1);
  CHECK(refusals.refuse(start + 1h) == 0);
}

TEST_CASE("a slow stream of refused clients is told one by one") {
  Refusals refusals;
  for (int i = 0; i < 100; ++i) CHECK(refusals.refuse(start + i * 1s) == 1);
}
