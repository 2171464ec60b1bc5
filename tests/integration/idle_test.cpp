// Idle time: a silent connection is ended, one that moves in either direction is not.

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "sock/server.hpp"
#include "sock/wait.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"

namespace {

using namespace std::chrono_literals;
using sock::End;

// Notes when each client was ended, by the client's port.
class Ends final : public sock::Observer {
 public:
  void closed(const sock::Client& client, const sock::Closing&) noexcept override {
    const std::lock_guard lock(mutex_);
    ends_[client.address.port] = sock::Clock::now();
  }
  std::optional<sock::Clock::time_point> of(const sock::Stream& client) const {
    const std::lock_guard lock(mutex_);
    const auto end = ends_.find(client.local().port);
    return end == ends_.end() ? std::nullopt : std::optional(end->second);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::uint16_t, sock::Clock::time_point> ends_;
};

// Fills everything between itself and the server, so that the server can see of it only what its
// system acknowledges.
class SlowReader {
 public:
  explicit SlowReader(RunningServer& running) : stream_(running.connect()) {
    for (const int option : {SO_RCVBUF, SO_SNDBUF}) {
      const int room = 256 * 1024;
      ::setsockopt(stream_.native_handle(), SOL_SOCKET, option, &room, sizeof room);
    }
    fill();
  }

  void take() try {
    std::size_t taken = 0;
    while (taken < to_take) {
      const auto now = sock::Clock::now();
      const auto bytes = stream_.receive().size();
      if (bytes == 0) return;  // it has been ended
      taken += bytes;
      moves_.push_back(now);
    }
  } catch (const std::system_error&) {  // it has been ended
  }

  // From its last move before the end: it may read on what its system has.
  sock::Clock::duration time_until_its_end(const Ends& ends) const {
    eventually([&] { return ends.of(stream_).has_value(); });
    const auto end = ends.of(stream_).value_or(moves_.front());
    return end - *std::prev(std::upper_bound(moves_.begin(), moves_.end(), end));
  }

 private:
  // More than its system's buffer, which tells the server's only then.
  static constexpr std::size_t to_take = 600'000;

  void fill() try {
    const std::string block(65536, 'x');
    std::size_t written = 0;
    while (can_write(written < to_take ? 30s : 50ms)) {
      moves_.push_back(sock::Clock::now());
      written += stream_.try_write(block).bytes;
    }
  } catch (const std::system_error&) {  // it has been ended
  }

  bool can_write(sock::Clock::duration time) {
    return sock::wait_for(stream_.native_handle(), POLLOUT, sock::Clock::now() + time);
  }

  sock::Stream stream_;
  std::vector<sock::Clock::time_point> moves_{sock::Clock::now()};
};

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

// What has moved, TCP tells to the byte.
TEST_CASE("a client is never ended as idle before its time, at whatever moment it moved last",
          "[tcp]") {
  const auto mode = GENERATE(sock::Mode::threads, sock::Mode::async);
  INFO(name_of(mode));
  constexpr auto timeout = 800ms;
  Ends ends;
  RunningServer running(sock::find_service("echo")->make({}),
                        {.mode = mode, .idle_timeout = timeout}, &ends);
  std::array<sock::Clock::duration, 8> silences{};
  {
    std::vector<std::jthread> clients;
    for (std::size_t i = 0; i < silences.size(); ++i) {
      clients.emplace_back([&running, &ends, &silence = silences[i], i, timeout] {
        SlowReader reader(running);
        std::this_thread::sleep_for(i * timeout / 10);
        reader.take();
        silence = reader.time_until_its_end(ends);
      });
    }
  }
  for (const auto silence : silences) CHECK(silence >= timeout);
}
