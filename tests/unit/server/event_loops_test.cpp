#include "server/event_loops.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/doer.hpp"
#include "support/eventually.hpp"

TEST_CASE("each loop has its clients in turn, and a thread of its own") {
  sock::EventLoops loops(3);
  std::vector<std::thread::id> ran(6);
  std::atomic<int> left = 6;
  for (auto& id : ran) {
    do_on(loops.next(), [&] {
      id = std::this_thread::get_id();
      if (--left == 0) loops.stop();
    });
    loops.deal();
  }
  loops.first().run();
  REQUIRE(eventually([&] { return left == 0; }));
  for (int i = 0; i < 3; ++i) {
    CHECK(ran[i] != std::thread::id());
    CHECK(ran[i] == ran[i + 3]);
    CHECK(ran[i] != ran[(i + 1) % 3]);
  }
}
