// What clients had sent before a stop is answered, wherever it was at that moment.

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "sock/server.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"

namespace {

using namespace std::chrono_literals;
using sock::Mode;
using sock::Stream;

// Sends until everything is full, or `most`; then nothing moves until the answers are read.
std::string fill(Stream& stream, const RunningServer& running, std::size_t most) {
  const std::string all(most, 'x');
  std::size_t sent = 0;
  std::uint64_t moved = 0;
  for (int quiet = 0; quiet < 20;) {
    sent += stream.try_write(std::string_view(all).substr(sent)).bytes;
    const auto totals = running.server.totals();
    const auto before = std::exchange(moved, sent + totals.bytes_in + totals.bytes_out);
    quiet = moved == before ? quiet + 1 : 0;
    if (quiet > 0) std::this_thread::sleep_for(5ms);
  }
  return all.substr(0, sent);
}

void set_buffer(const Stream& stream, int option, int bytes) {
  ::setsockopt(stream.native_handle(), SOL_SOCKET, option, &bytes, sizeof bytes);
}

}  // namespace

TEST_CASE("all that the system had taken of a client before a stop is answered, then it ends") {
  const auto mode = GENERATE(from_range(all_modes));
  const int room = GENERATE(0, 65536);  // of the client's, for what it receives; 0: as it is
  INFO(name_of(mode) << ", receive buffer " << room);
  RunningServer running("echo", {.mode = mode, .grace = 1h});
  auto client = running.connect();
  if (room > 0) set_buffer(client, SO_RCVBUF, room);
  REQUIRE(eventually([&] { return running.server.totals().active == 1; }));
  const std::string sent = fill(client, running, 8'000'000);
  running.server.stop();
  CHECK((read_all(client) == sent));
  client.close();
  running.join();  // long before the grace is over
  CHECK(running.server.totals().bytes_in == sent.size());
  CHECK(running.recorder.closings().at(0).why == sock::End::stopped);
}

TEST_CASE("a byte that was sent as urgent hides nothing of what is owed at a stop") {
  const auto mode = GENERATE(from_range(all_modes));
  INFO(name_of(mode));
  RunningServer running("quit", {.mode = mode, .grace = 1h}, {.framing = sock::Framing::line});
  auto client = running.connect();
  client.write("uno\n");
  REQUIRE(client.receive() == "uno\n");
  const std::string urgent = "dos\nt";
  ::send(client.native_handle(), urgent.data(), urgent.size(), MSG_OOB);
  client.write("res\ncuatro\n");
  REQUIRE(eventually([&] { return has_arrived(client); }));
  running.server.stop();
  CHECK(read_all(client) == "dos\ntres\ncuatro\n");
}

TEST_CASE("in mode blocking a client that waits for its turn is told of a stop") {
  RunningServer running("quit", {.mode = Mode::blocking, .grace = 1h});
  auto served = running.connect();
  served.write("uno\n");
  REQUIRE(served.receive() == "uno\n");
  auto waits = running.connect();
  waits.write("dos\n");
  auto waits_too = running.connect();
  running.server.stop();
  CHECK(read_all(served).empty());
  CHECK(read_all(waits) == "* the server is shutting down\n");
  CHECK(read_all(waits_too) == "* the server is shutting down\n");
}
