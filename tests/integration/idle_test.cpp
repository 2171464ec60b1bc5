// Idle time: a silent connection is ended, one that moves in either direction is not.

#include <sys/socket.h>

#include <chrono>
#include <string>
#include <system_error>
#include <thread>

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

TEST_CASE("a slow but steady reader is not idle") {
  // The system takes the server's answers in strides of a megabyte, seconds apart: only TCP knows
  // that bytes move all the time.
  constexpr auto idle_timeout = 600ms;
  RunningServer running("echo", {.idle_timeout = idle_timeout});
  auto client = running.connect();
  // TCP tells of new room in strides of the receive buffer, so that may not grow.
  const int room = 128 * 1024;
  ::setsockopt(client.native_handle(), SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  const std::string sent(20'000'000, 'x');
  std::jthread writer([&] {
    client.write(sent);
    client.shutdown_send();
  });
  std::size_t read = 0;
  const auto end = std::chrono::steady_clock::now() + 5 * idle_timeout;
  while (std::chrono::steady_clock::now() < end) {
    read += client.receive(16'384).size();
    std::this_thread::sleep_for(10ms);
  }
  read += read_all(client).size();
  CHECK(read == sent.size());
}
