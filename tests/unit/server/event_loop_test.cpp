#include "server/event_loop.hpp"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/doer.hpp"
#include "support/eventually.hpp"
#include "support/scarce_memory.hpp"

namespace {

using namespace std::chrono_literals;
using sock::EventLoop;

// Has so many turns, and notes each. The last turn of all stops the loop.
class Guest final : public sock::Served, public std::enable_shared_from_this<Guest> {
 public:
  struct Log {
    std::string text;
    int turns = 0;  // that are to come
  };

  Guest(EventLoop& loop, Log& log, char name, int times)
      : loop_(loop), log_(log), name_(name), times_(times) {
    log.turns += times;
  }

  // One asks for another turn, another one takes it itself.
  bool proceed() noexcept override {
    log_.text += name_;
    if (--log_.turns == 0) loop_.stop();
    if (--times_ > 0 && name_ == 'b') loop_.soon(shared_from_this());
    return times_ > 0;
  }

 private:
  EventLoop& loop_;
  Log& log_;
  char name_;
  int times_;
};

}  // namespace

TEST_CASE("those that go on have one turn after the other") {
  EventLoop loop;
  Guest::Log log;
  for (const char name : {'a', 'b', 'c'}) {
    loop.soon(std::make_shared<Guest>(loop, log, name, name == 'b' ? 3 : 2));
  }
  loop.run();
  CHECK(log.text == "abcabcb");
}

TEST_CASE("one that waits for its turn already gets no second one") {
  EventLoop loop;
  Guest::Log log;
  const auto guest = std::make_shared<Guest>(loop, log, 'a', 1);
  for (int i = 0; i < 5; ++i) loop.soon(guest);
  loop.soon(std::make_shared<Guest>(loop, log, 'b', 1));
  loop.run();
  CHECK(log.text == "ab");
}

TEST_CASE("a loop is reached from other threads") {
  EventLoop loop;
  constexpr int threads = 8;
  constexpr int each = 100;
  int turns = 0;
  const auto turn = [&] {
    if (++turns == 2 * threads * each) loop.stop();
  };
  {
    std::vector<std::jthread> others;
    for (int i = 0; i < threads; ++i) {
      others.emplace_back([&] {
        for (int n = 0; n < each; ++n) {
          // And from its own, in its turn.
          loop.soon(std::make_shared<Doer>([&] {
            turn();
            loop.soon(std::make_shared<Doer>(turn));
          }));
        }
      });
    }
    loop.run();
  }
  CHECK(turns == 2 * threads * each);
}

TEST_CASE("one that is waited for from many threads is never forgotten") {
  EventLoop loop;
  std::atomic<int> asked = 0;
  int seen = 0;  // of what was asked
  const auto doer = std::make_shared<Doer>([&] { seen = asked; });
  std::jthread runner([&] { loop.run(); });
  {
    std::vector<std::jthread> others;
    for (int i = 0; i < 4; ++i) {
      others.emplace_back([&] {
        for (int n = 0; n < 5000; ++n) {
          ++asked;
          loop.soon(doer);
        }
      });
    }
  }
  loop.soon(std::make_shared<Doer>([&] { loop.stop(); }));
  runner.join();
  CHECK(seen == 20'000);
}

// The thread that has left the loop is one of the others.
TEST_CASE("a loop that threads hand to each other is reached from all of them") {
  EventLoop loop;
  constexpr int rounds = 2000;
  std::mutex mutex;
  std::condition_variable changed;
  int leader = 0;  // whose turn it is to run the loop
  std::atomic<int> turns = 0;
  const auto take_turns = [&](int me) {
    for (int round = 0; round < rounds; ++round) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return leader == me; });
      lock.unlock();
      const int before = turns;
      loop.soon(std::make_shared<Doer>([&] { ++turns; }));
      while (turns == before) loop.run_one();
      lock.lock();
      leader = 1 - me;
      changed.notify_all();
      lock.unlock();
      for (int i = 0; i < 3; ++i) loop.soon(std::make_shared<Doer>([&] { ++turns; }));
    }
  };
  {
    std::jthread one([&] { take_turns(0); });
    std::jthread other([&] { take_turns(1); });
  }
  while (turns < 2 * rounds * 4) loop.run_one();
  CHECK(turns == 2 * rounds * 4);
}

TEST_CASE("many that always go on leave time for events") {
  EventLoop loop;
  constexpr int many = 100;
  int turns = 0;
  int turns_before_the_event = 0;
  std::vector<std::shared_ptr<Doer>> all(many);
  for (auto& one : all) {
    one = std::make_shared<Doer>([&] {
      ++turns;
      if (turns_before_the_event == 0) loop.soon(one);
    });
  }
  sock::WakeFd event;
  Looker looker([&] {
    turns_before_the_event = turns;
    loop.stop();
  });
  loop.watch(looker, event.fd(), EPOLLIN);
  for (const auto& one : all) loop.soon(one);
  event.notify();
  loop.run();
  CHECK(turns_before_the_event <= 32);
  loop.watch(looker, event.fd(), 0);
}

TEST_CASE("many that always go on leave time for deadlines and for other threads") {
  EventLoop loop;
  bool is_due = false;
  std::atomic<bool> was_heard = false;
  std::vector<std::shared_ptr<Doer>> all(100);
  for (auto& one : all) {
    one = std::make_shared<Doer>([&] {
      if (!is_due || !was_heard) loop.soon(one);
    });
    loop.soon(one);
  }
  Alarm alarm([&] { is_due = true; });
  loop.set_deadline(alarm, sock::Clock::now() + 10ms);
  std::jthread other([&] { loop.soon(std::make_shared<Doer>([&] { was_heard = true; })); });
  CHECK(eventually([&] {
    loop.run_one();
    return is_due && was_heard;
  }));
}

TEST_CASE("deadlines are called in their order, none too early, and none that was taken back") {
  EventLoop loop;
  const auto begin = sock::Clock::now();
  std::string log;
  const auto note = [&](char name, sock::Clock::duration after) {
    return [&log, name, begin, after] {
      log += name;
      CHECK(sock::Clock::now() - begin >= after);
    };
  };
  Alarm a(note('a', 30ms)), b(note('b', 10ms)), c(note('c', 20ms)), d(note('d', 0ms)),
      e(note('e', 40ms)), past(note('p', 0ms));
  Alarm last([&] { loop.stop(); });
  loop.set_deadline(last, begin + 50ms);
  loop.set_deadline(a, begin + 30ms);
  loop.set_deadline(b, begin + 10ms);
  loop.set_deadline(c, begin + 20ms);
  loop.set_deadline(d, begin + 15ms);
  loop.set_deadline(e, begin + 1ms);
  loop.set_deadline(e, begin + 40ms);  // in place of the first
  loop.set_deadline(past, begin - 1s);
  loop.clear_deadline(d);
  loop.run();
  CHECK(log == "pbcae");
}

TEST_CASE("a deadline can be set anew when it is due") {
  EventLoop loop;
  int times = 0;
  Alarm alarm([&] {
    if (++times == 5) return loop.stop();
    loop.set_deadline(alarm, sock::Clock::now() + 1ms);
  });
  loop.set_deadline(alarm, sock::Clock::now());
  loop.run();
  CHECK(times == 5);
}

TEST_CASE("turns, deadlines and other threads cost no allocation once they have had theirs") {
  EventLoop loop;
  int left = 1000;
  std::size_t before = 0;
  Alarm alarm([&] {
    if (--left == 0) return loop.stop();
    loop.set_deadline(alarm, sock::Clock::now());
  });
  Alarm later([] {});
  sock::Deadlines::reserve(alarm);
  sock::Deadlines::reserve(later);
  std::vector<std::shared_ptr<Doer>> all(50);
  for (auto& one : all) {
    one = std::make_shared<Doer>([&] {
      loop.set_deadline(later, sock::Clock::now() + 1h);
      loop.soon(one);
    });
  }
  const auto reached = std::make_shared<Doer>([] {});
  std::atomic<bool> is_over = false;
  std::jthread other([&] {
    while (!is_over) loop.soon(reached);
  });
  for (const auto& one : all) loop.soon(one);
  loop.run_one();
  before = memory::allocations();
  loop.set_deadline(alarm, sock::Clock::now());
  loop.run();
  const auto after = memory::allocations();
  is_over = true;
  other.join();
  loop.clear_deadline(later);
  CHECK(after == before);
}

TEST_CASE("what a handler throws leaves the loop, which can go on then") {
  EventLoop loop;
  sock::WakeFd event;
  Looker looker([&] {
    event.clear();
    throw std::runtime_error("an error");
  });
  loop.watch(looker, event.fd(), EPOLLIN);
  event.notify();
  CHECK_THROWS_AS(loop.run(), std::runtime_error);
  loop.watch(looker, event.fd(), 0);
  loop.soon(std::make_shared<Doer>([&] { loop.stop(); }));
  loop.run();
  CHECK(loop.is_stopped());
}

TEST_CASE("what still waits for its turn when a loop ends is let go") {
  std::weak_ptr<Doer> queued, from_another;
  {
    EventLoop loop;
    do_on(loop, [&] {  // on its own thread
      auto doer = std::make_shared<Doer>([] {});
      queued = doer;
      loop.soon(doer);
    });
    loop.run_one();
    CHECK_FALSE(queued.expired());
    std::thread([&] {
      auto other = std::make_shared<Doer>([] {});
      from_another = other;
      loop.soon(other);
    }).join();
  }
  CHECK(queued.expired());
  CHECK(from_another.expired());
}
