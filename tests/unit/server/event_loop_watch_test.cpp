// What an event loop tells of descriptors.

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <string>

#include "net/descriptor.hpp"
#include "net/wake_fd.hpp"
#include "server/event_loop.hpp"
#include "support/catch.hpp"
#include "support/doer.hpp"

namespace {

using namespace std::chrono_literals;
using sock::EventLoop;

}  // namespace

TEST_CASE("a descriptor is told of for as long as it is ready, and waited for") {
  EventLoop loop;
  sock::WakeFd event;
  int times = 0;
  Looker looker([&] {
    if (++times == 3) event.clear();
  });
  REQUIRE(loop.watch(looker, event.fd(), EPOLLIN));
  event.notify();
  Alarm later([&] { loop.stop(); });
  loop.set_deadline(later, sock::Clock::now() + 10ms);
  loop.run();
  CHECK(times == 3);
  event.notify();
  REQUIRE(loop.watch(looker, event.fd(), 0));
  CHECK(looker.waits_for() == 0);
}

TEST_CASE("what is waited for at a descriptor can change, and end") {
  EventLoop loop;
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
  const sock::Descriptor one(ends[0]), other(ends[1]);
  std::string log;
  Looker looker([&] {
    log += looker.waits_for() == EPOLLOUT ? 'o' : 'i';
    if (log == "o") {
      REQUIRE(loop.watch(looker, one.get(), EPOLLIN));
      REQUIRE(::send(other.get(), "x", 1, 0) == 1);
    } else if (log == "oi") {
      REQUIRE(loop.watch(looker, one.get(), 0));
      do_on(loop, [&] { REQUIRE(loop.watch(looker, one.get(), EPOLLIN)); });
    } else {
      REQUIRE(loop.watch(looker, one.get(), 0));
      loop.stop();
    }
  });
  REQUIRE(loop.watch(looker, one.get(), EPOLLOUT));
  loop.run();
  CHECK(log == "oii");
}

TEST_CASE("one that another one lets go in the same turn is not told") {
  EventLoop loop;
  std::array<sock::WakeFd, 5> events;
  std::array<std::unique_ptr<Looker>, 5> lookers;
  int times = 0;
  for (std::size_t i = 0; i < lookers.size(); ++i) {
    lookers[i] = std::make_unique<Looker>([&, i] {
      ++times;
      for (std::size_t n = 0; n < lookers.size(); ++n) {
        loop.watch(*lookers[n], events[n].fd(), 0);
        if (n != i) lookers[n].reset(new Looker([] {}));
      }
      loop.stop();
    });
    REQUIRE(loop.watch(*lookers[i], events[i].fd(), EPOLLIN));
    events[i].notify();
  }
  loop.run();
  CHECK(times == 1);
}

TEST_CASE("what the system does not wait for is told, and changes nothing") {
  EventLoop loop;
  Looker looker([] {});
  CHECK_FALSE(loop.watch(looker, -1, EPOLLIN));
  CHECK(errno == EBADF);
  CHECK(looker.waits_for() == 0);
}
