#include <asio/post.hpp>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/event_loops.hpp"
#include "support/catch.hpp"

namespace {

struct Fixture {
  sock::Registry registry;
  sock::Observer observer;
};

// Comes again so many times, and notes when.
class Guest final : public sock::Served, public std::enable_shared_from_this<Guest> {
 public:
  Guest(sock::EventLoop& loop, std::string& log, char name, int times)
      : loop_(loop), log_(log), name_(name), times_(times) {}

  void proceed() noexcept override {
    log_ += name_;
    if (--times_ > 0) loop_.soon(shared_from_this());
  }

 private:
  sock::EventLoop& loop_;
  std::string& log_;
  char name_;
  int times_;
};

}  // namespace

TEST_CASE("those who go on have one turn after the other") {
  Fixture fixture;
  sock::EventLoop loop(fixture.registry, fixture.observer);
  std::string log;
  for (const char name : {'a', 'b', 'c'}) {
    loop.soon(std::make_shared<Guest>(loop, log, name, name == 'b' ? 3 : 2));
  }
  loop.run();
  CHECK(log == "abcabcb");
}

TEST_CASE("a loop is reached from other threads") {
  Fixture fixture;
  sock::EventLoop loop(fixture.registry, fixture.observer);
  std::string log;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 100; ++n) loop.soon(std::make_shared<Guest>(loop, log, 'x', 2));
      });
    }
    loop.run();
  }
  loop.context().restart();
  loop.run();
  CHECK(log == std::string(1600, 'x'));
}

TEST_CASE("each loop has its clients in turn, and a thread of its own") {
  Fixture fixture;
  sock::EventLoops loops(3, fixture.registry, fixture.observer);
  std::vector<std::thread::id> ran(6);
  for (auto& id : ran) {
    asio::post(loops.next().context(), [&id] { id = std::this_thread::get_id(); });
    loops.deal();
  }
  loops.run();
  for (int i = 0; i < 3; ++i) {
    CHECK(ran[i] != std::thread::id());
    CHECK(ran[i] == ran[i + 3]);
    CHECK(ran[i] != ran[(i + 1) % 3]);
  }
}
