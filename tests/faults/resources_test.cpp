// A server without memory or threads: what must work anyway needs none.

#include <poll.h>

#include <cerrno>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>

#include "faults/faults.hpp"
#include "sock/server.hpp"
#include "sock/wait.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/member.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"

namespace {

using faults::Call;

constexpr faults::Fault no_memory{Call::memory, 1'000'000'000, 1};

sock::Observer& nobody() {
  static sock::Observer observer;
  return observer;
}

sock::ServerOptions on_loopback(sock::ServerOptions options) {
  options.hosts = {"127.0.0.1"};
  return options;
}

std::unique_ptr<sock::Service> service(const char* name) {
  return sock::find_service(name)->make({});
}

void ask(sock::Stream& client, int times) {
  for (int i = 0; i < times; ++i) {
    client.write("hola\n");
    REQUIRE(read_exactly(client, 5) == "hola\n");
  }
}

std::ptrdiff_t count(const char* folder) {
  const std::filesystem::directory_iterator all(folder);
  return std::distance(begin(all), end(all));
}

}  // namespace

TEST_CASE("those that stay in a chat are told of each that leaves, without any memory too") {
  const faults::Unharmed me;
  const auto options = on_loopback(GENERATE(from_range(side_by_side)));
  INFO(name_of(options.mode) << ", loops " << options.loops);
  RunningServer running(service("chat"), options, &nobody());
  Member stays(running, "stays");
  Member closes(running, "closes");
  Member vanishes(running, "bartholomew.long");
  REQUIRE(stays.until("* guest3 is now bartholomew.long"));
  REQUIRE(closes.until("* guest3 is now bartholomew.long"));
  stays.say("goodbye");  // the client does not read it
  REQUIRE(closes.until("stays: goodbye"));
  REQUIRE(sock::wait_for(vanishes.stream.native_handle(), POLLIN, sock::no_deadline));
  faults::inject(no_memory);
  reset(vanishes.stream);
  CHECK(stays.hear() == "* bartholomew.long left (connection lost)");
  closes.stream.shutdown_send();
  CHECK(stays.hear() == "* closes left");
  faults::stop();
  stays.say("/who");
  CHECK(stays.hear() == "* 1 here: stays (you)");
}

// Accepting is tried again five times a second; anything else that waited for memory would show in
// the number of failed allocations.
TEST_CASE("want of memory for a new client delays none of the others") {
  const faults::Unharmed me;
  RunningServer running(service("echo"), on_loopback(GENERATE(from_range(side_by_side))),
                        &nobody());
  auto served = running.connect();
  ask(served, 10);  // allocates what is kept
  faults::inject(no_memory);
  auto newcomer = running.connect();
  newcomer.write("hola\n");
  ask(served, 500);
  CHECK(faults::calls_of_its_kind() < 100);
  faults::stop();
  CHECK(eventually([&] {
    ask(served, 1);
    try {
      auto another = running.connect();
      another.write("hola\n");
      return read_exactly(another, 5) == "hola\n";
    } catch (const std::system_error&) {  // too early
      return false;
    }
  }));
}

TEST_CASE("a server that is not given its threads does not listen, and leaves nothing behind") {
  const auto make = [](int number) {
    faults::inject({Call::thread, EAGAIN, number});
    std::optional<sock::Server> server;
    server.emplace(on_loopback({.mode = sock::Mode::async, .loops = 4}), service("echo"),
                   &nobody());
    return faults::stop();
  };
  CHECK(make(faults::never) == 0);  // a sanitizer starts its thread with the first one
  const auto threads = count("/proc/self/task");
  const auto descriptors = count("/proc/self/fd");
  CHECK(make(faults::never) == 0);
  for (int number = 1; number <= 4; ++number) {  // three event loops, and one for the timers
    CHECK_THROWS_AS(make(number), std::system_error);
    faults::stop();
  }
  CHECK(eventually([&] { return count("/proc/self/task") == threads; }));
  CHECK(count("/proc/self/fd") == descriptors);
}

TEST_CASE("with once the only client needs no thread of its own") {
  const faults::Unharmed me;
  for (const auto mode : all_modes) {
    INFO(name_of(mode));
    RunningServer running(service("echo"), on_loopback({.mode = mode, .once = true}), &nobody());
    faults::inject({Call::thread, EAGAIN, faults::every_other});
    auto client = running.connect();
    ask(client, 1);
    client.close();
    running.join();
    faults::stop();
    CHECK(running.server.totals().refused == 0);
  }
}
