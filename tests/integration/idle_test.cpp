// Idle time: a silent connection is ended, one that moves in either direction is not.

#include <chrono>
#include <string>
#include <system_error>

#include "sock/server.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"

namespace {

using namespace std::chrono_literals;
using sock::End;

}  // namespace

TEST_CASE("a client that says nothing is ended as idle") {
  for (const auto mode : all_modes) {
    RunningServer running("quit", {.mode = mode, .idle_timeout = 50ms});
    auto client = running.connect();
    CHECK(read_all(client).empty());
    REQUIRE(eventually([&] { return !running.recorder.closings().empty(); }));
    CHECK(running.recorder.closings().at(0).why == End::idle);
  }
}

TEST_CASE("a client that neither reads nor leaves is ended as idle") {
  for (const auto mode : all_modes) {
    RunningServer running("echo", {.mode = mode, .idle_timeout = 200ms});
    auto client = running.connect();
    const std::string block(65536, 'x');
    CHECK(eventually([&] {
      try {
        client.try_write(block);
      } catch (const std::system_error&) {  // with so much unread, a reset is right
      }
      return !running.recorder.closings().empty();
    }));
    CHECK(running.recorder.closings().at(0).why == End::idle);
  }
}
