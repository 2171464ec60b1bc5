// Stopping: what clients sent is answered, what cannot be answered in time is cut, nothing hangs.

#include <sys/ioctl.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "sock/server.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"

namespace {

using namespace std::chrono_literals;
using sock::End;
using sock::Mode;
using sock::Stream;

// Answers any message with more than the system can hold for a client that does not read.
class Flood final : public sock::Protocol {
 public:
  static constexpr std::size_t size = 64'000'000;
  void on_message(const sock::Message&, sock::Reply& reply) override {
    reply.answer(std::string(size, 'x'));
  }
};

// A client that does not read, with the server blocked in its write to it.
Stream stuck_client(RunningServer& running) {
  auto client = running.connect();
  client.write("hola\n");
  const auto has_come = [&client] {
    int waiting = 0;
    ::ioctl(client.native_handle(), FIONREAD, &waiting);
    return waiting > 0;
  };
  REQUIRE(eventually(has_come));
  return client;
}

}  // namespace

TEST_CASE("a server without clients ends at once") {
  for (const auto mode : all_modes) {
    RunningServer running("echo", {.mode = mode, .grace = 1h});
    running.server.stop();
    running.join();
    CHECK(running.has_ended());
  }
}

TEST_CASE("a server that was stopped before it ran does not run") {
  sock::Server server({}, sock::find_service("echo")->make({}));
  server.stop();
  server.run();
  CHECK(server.totals().served == 0);
}

TEST_CASE("clients to whom nothing is owed are ended at once") {
  for (const auto mode : all_modes) {
    RunningServer running("quit", {.mode = mode, .grace = 1h});
    auto client = running.connect();
    client.write("uno\n");
    CHECK(client.receive() == "uno\n");
    running.server.stop();
    running.join();
    CHECK(read_all(client).empty());
    CHECK(running.recorder.closings().at(0).why == End::stopped);
  }
}

TEST_CASE("new clients are refused from the moment of stopping on") {
  for (const auto mode : all_modes) {
    RunningServer running(sock::service_of<Flood>(), {.mode = mode, .grace = 1h});
    const auto busy = stuck_client(running);  // keeps the server in its grace
    running.server.stop();
    CHECK(eventually([&] {
      try {
        running.connect();
        return false;
      } catch (const std::system_error&) {
        return true;
      }
    }));
    CHECK_FALSE(running.has_ended());
  }
}

TEST_CASE("what clients had sent before the stop is answered within the grace") {
  for (const auto mode : all_modes) {
    RunningServer running("echo", {.mode = mode, .grace = 1h});
    const int clients = mode == Mode::blocking ? 1 : 20;
    std::vector<Stream> streams;
    const std::string text(size_that_is_taken(), 'x');
    for (int i = 0; i < clients; ++i) {
      streams.push_back(running.connect());
      streams.back().write(text);
    }
    REQUIRE(eventually([&] { return running.server.totals().active == streams.size(); }));
    REQUIRE(eventually([&] { return std::ranges::all_of(streams, has_arrived); }));
    running.server.stop();
    for (auto& stream : streams) CHECK((read_all(stream) == text));
    running.join();
    for (const auto& closing : running.recorder.closings()) CHECK(closing.why == End::stopped);
  }
}

TEST_CASE(
    "what many clients had sent is answered to each, though all go on sending after the stop") {
  RunningServer running("echo", GENERATE(from_range(side_by_side)));
  const std::string text(size_that_is_taken(), 'x');
  std::vector<Stream> streams;
  for (int i = 0; i < 100; ++i) {
    streams.push_back(running.connect());
    streams.back().write(text);
  }
  REQUIRE(eventually([&] { return running.server.totals().active == streams.size(); }));
  REQUIRE(eventually([&] { return std::ranges::all_of(streams, has_arrived); }));
  running.server.stop();
  for (auto& stream : streams) stream.write("more");
  for (auto& stream : streams) CHECK(read_all(stream).starts_with(text));
}

TEST_CASE("a client that never reads is cut at the end of the grace") {
  for (const auto mode : all_modes) {
    RunningServer running(sock::service_of<Flood>(), {.mode = mode, .grace = 100ms});
    const auto client = stuck_client(running);
    running.server.stop();
    running.join();
    CHECK(running.recorder.closings().at(0).why == End::stopped);
  }
}

TEST_CASE("a client that never stops sending does not keep the server") {
  for (const auto mode : all_modes) {
    RunningServer running("quit", {.mode = mode, .grace = 1h});
    auto client = running.connect();
    std::jthread writer([&](const std::stop_token& stop) {
      const std::string line = "un poco de texto\n";
      try {
        while (!stop.stop_requested() && client.write(line)) {
        }
      } catch (const std::system_error&) {  // it was still sending: a reset is right
      }
    });
    CHECK(eventually([&] { return running.server.totals().bytes_in > 10'000; }));
    std::jthread reader([&] {
      try {
        read_all(client);
      } catch (const std::system_error&) {  // as above
      }
    });
    running.server.stop();
    running.join();
    CHECK(running.has_ended());
    writer.request_stop();
  }
}

TEST_CASE("a cut ends everything whatever the grace") {
  for (const auto mode : all_modes) {
    RunningServer running(sock::service_of<Flood>(), {.mode = mode, .grace = 1h});
    const auto client = stuck_client(running);
    running.server.stop();
    running.server.cut();
    running.join();
    CHECK(running.has_ended());
  }
}

TEST_CASE("stopping again, or from several threads, changes nothing") {
  RunningServer running("echo", GENERATE(from_range(side_by_side)));
  auto client = running.connect();
  std::vector<std::jthread> stoppers;
  for (int i = 0; i < 4; ++i) stoppers.emplace_back([&] { running.server.stop(); });
  running.join();
  running.server.stop();
  CHECK(running.has_ended());
}

TEST_CASE("with once the listener closes at the first client and the server ends with it") {
  for (const auto mode : all_modes) {
    RunningServer running("quit", {.mode = mode, .once = true});
    auto client = running.connect();
    client.write("uno\n");
    CHECK(client.receive() == "uno\n");
    CHECK_THROWS_AS(running.connect(), std::system_error);
    CHECK_FALSE(running.has_ended());
    client.close();
    running.join();
    CHECK(running.server.totals().served == 1);
  }
}
