#include "server/workers.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <iterator>
#include <latch>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sock/service.hpp"
#include "support/catch.hpp"
#include "support/doer.hpp"
#include "support/eventually.hpp"
#include "support/no_threads.hpp"
#include "support/socket_pair.hpp"

namespace {

using namespace std::chrono_literals;

constexpr int most_idle = 4;

std::ptrdiff_t threads_of_this_process() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return std::distance(begin(tasks), end(tasks));
}

// Its clients do something when they are served, and have gone when that is done.
class Place final : private sock::Service, private sock::Keeper {
 public:
  explicit Place(bool alone = false)
      : workers(loop,
                {.run_one = [this] { return loop.run_one(); },
                 .refuse = [this](const sock::Workers::Client&) { ++refused; },
                 .is_accepting = [this] { return accepts.load(); }},
                alone) {}

  // From any thread: a client comes.
  void enter(std::function<void()> action) { enter_together({std::move(action)}); }
  // All of them in one event.
  void enter_together(std::vector<std::function<void()>> actions) {
    do_on(loop, [this, actions = std::move(actions)]() mutable {
      for (auto& action : actions) {
        next_ = std::move(action);
        SocketPair pair;
        workers.add(std::make_shared<sock::ThreadConnection>(
            pair.server, sock::Client{}, sock::Reception{door_, *this, nobody_},
            static_cast<sock::Keeper&>(*this), stopping_));
      }
    });
  }

  // Runs until so many clients have been served or refused.
  void run_for(int clients) {
    last_ = clients;
    workers.run();
  }

  sock::EventLoop loop;
  std::atomic<bool> accepts = true;
  std::atomic<int> served = 0;
  std::atomic<int> refused = 0;
  sock::Workers workers;

 private:
  struct Visit final : sock::Session {
    explicit Visit(std::function<void()> what) : action(std::move(what)) {}
    sock::Step on_open(std::string&) override {
      action();
      return {};
    }
    sock::Step on_bytes(std::string_view in, std::string&) override {
      return {.consumed = in.size()};
    }
    std::function<void()> action;
  };

  std::unique_ptr<sock::Session> open(const sock::Client&, sock::Observer&) override {
    return std::make_unique<Visit>(std::move(next_));
  }
  void settled(sock::Connection&) override {}
  void retire(sock::Connection&) override {}
  void remove(sock::Connection&) override {
    if (++served + refused >= last_) loop.stop();
  }

  sock::Door door_;
  sock::Observer nobody_;
  sock::WakeFd stopping_;
  std::function<void()> next_;
  std::atomic<int> last_ = 1 << 30;
};

// A thread that runs a place until the end of its life, also if that is a failed check.
class Runner {
 public:
  explicit Runner(Place& place) : place_(place), thread_([&place] { place.run_for(1 << 20); }) {}
  ~Runner() { place_.loop.stop(); }

 private:
  Place& place_;
  std::jthread thread_;
};

}  // namespace

TEST_CASE("each client is served while all the others are, however they come") {
  const bool at_once = GENERATE(false, true);
  constexpr int clients = 12;
  Place place;
  std::latch all_there(clients);  // would never pass with fewer threads
  std::mutex mutex;
  std::set<std::thread::id> threads;
  const auto visit = [&] {
    all_there.arrive_and_wait();
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
  };
  if (at_once) {
    place.enter_together(std::vector<std::function<void()>>(clients, visit));
  } else {
    for (int i = 0; i < clients; ++i) place.enter(visit);
  }
  place.run_for(clients);
  CHECK(place.served == clients);
  CHECK(threads.size() == clients);
}

TEST_CASE("somebody runs the loop while all clients that have come are being served") {
  Place place;
  std::latch stay(1);
  for (int i = 0; i < 10; ++i) place.enter([&] { stay.wait(); });
  std::jthread runner([&] { place.run_for(11); });
  for (int i = 0; i < 5; ++i) {
    std::atomic<bool> was_run = false;
    do_on(place.loop, [&] { was_run = true; });
    CHECK(eventually([&] { return was_run.load(); }));
  }
  std::atomic<bool> is_served = false;
  place.enter([&] { is_served = true; });
  CHECK(eventually([&] { return is_served.load(); }));
  stay.count_down();
}

TEST_CASE("of many threads that have nothing more to do, few are kept, and none at the end") {
  std::thread([] {}).join();  // a sanitizer starts one of its own with the first
  const auto before = threads_of_this_process();
  {
    Place place;
    const Runner runner(place);
    for (int round = 0; round < 3; ++round) {
      constexpr int clients = 100;
      const int served = place.served;
      std::latch all_there(clients);
      for (int i = 0; i < clients; ++i) place.enter([&] { all_there.arrive_and_wait(); });
      REQUIRE(eventually([&] { return place.served == served + clients; }));
      // The runner, and one that has the loop.
      CHECK(eventually([&] { return threads_of_this_process() <= before + 2 + most_idle; }));
    }
  }
  CHECK(eventually([&] { return threads_of_this_process() <= before; }));
}

TEST_CASE("clients that come one after the other need no new threads") {
  Place place;
  std::mutex mutex;
  std::set<std::thread::id> threads;
  {
    const Runner runner(place);
    for (int i = 0; i < 200; ++i) {
      place.enter([&] {
        const std::lock_guard lock(mutex);
        threads.insert(std::this_thread::get_id());
      });
      REQUIRE(eventually([&] { return place.served == i + 1; }));
    }
  }
  CHECK(threads.size() <= most_idle + 2);
}

TEST_CASE("a client for which there is no thread is refused, and the next one served") {
  Place place;
  std::atomic<bool> is_served = false;
  const Runner runner(place);
  {
    const NoThreads none;
    place.enter([&] { is_served = true; });
    REQUIRE(eventually([&] { return place.refused == 1; }));
    place.enter_together(std::vector<std::function<void()>>(3, [&] { is_served = true; }));
    REQUIRE(eventually([&] { return place.refused == 4; }));
    CHECK_FALSE(is_served);
  }
  place.enter([&] { is_served = true; });
  CHECK(eventually([&] { return is_served.load(); }));
}

TEST_CASE("the last client of all needs no thread besides") {
  Place place;
  place.accepts = false;
  const NoThreads none;
  place.enter([] {});
  place.run_for(1);
  CHECK(place.served == 1);
  CHECK(place.refused == 0);
}

TEST_CASE("alone, a thread serves one client after the other, and runs the loop between them") {
  Place place(true);
  std::string log;
  const auto me = std::this_thread::get_id();
  const auto visit = [&, me](char name) {
    return [&log, me, name] {
      log += name;
      CHECK(std::this_thread::get_id() == me);
    };
  };
  place.enter(visit('a'));
  do_on(place.loop, [&] { log += '-'; });
  place.enter(visit('b'));
  place.enter(visit('c'));
  place.run_for(3);
  CHECK(log == "a-bc");
  CHECK(place.served == 3);
}
