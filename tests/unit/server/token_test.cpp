#include "server/token.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using sock::Token;

TEST_CASE("one holds the token, and looks again when another came by") {
  Token token;
  CHECK(token.try_take());
  CHECK(token.try_give_back());
  CHECK(token.try_take());
  CHECK_FALSE(token.try_take());
  CHECK_FALSE(token.try_take());
  CHECK_FALSE(token.try_give_back());
  CHECK(token.try_give_back());
  CHECK(token.try_take());
}

TEST_CASE("a mark that is left while the holder looks again is not lost either") {
  Token token;
  CHECK(token.try_take());
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(token.try_take());
    CHECK_FALSE(token.try_give_back());
  }
  CHECK(token.try_give_back());
}

// As in a room: whoever adds work does it, or leaves it to the one that is at it.
TEST_CASE("whatever is added is done by the time that all have gone, and by one at a time") {
  Token token;
  std::atomic<int> added = 0;
  std::atomic<int> inside = 0;
  std::atomic<bool> were_two = false;
  int done = 0;  // with the token
  const auto work = [&] {
    if (++inside != 1) were_two = true;
    done = added;
    --inside;
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 20'000; ++n) {
          ++added;
          if (!token.try_take()) continue;
          do work();
          while (!token.try_give_back());
        }
      });
    }
  }
  CHECK_FALSE(were_two);
  CHECK(done == 80'000);
}

TEST_CASE("its owner waits for it, and gets it, however many others come by") {
  Token token;
  constexpr int turns = 5000;
  std::atomic<bool> is_over = false;
  int owned = 0;  // with the token
  int others = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        while (!is_over) {
          if (!token.try_take()) continue;
          do ++others;
          while (!token.try_give_back());
        }
      });
    }
    for (int i = 0; i < turns; ++i) {
      token.take();
      ++owned;
      while (!token.try_give_back()) ++owned;
    }
    is_over = true;
  }
  CHECK(owned >= turns);
  CHECK(token.try_take());
}
