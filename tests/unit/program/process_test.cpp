#include "program/process.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <future>
#include <string>
#include <thread>

#include "support/catch.hpp"

TEST_CASE("a signal is taken by a thread of its own") {
  std::promise<std::pair<int, std::thread::id>> taken;
  const auto take = [&](int signal) { taken.set_value({signal, std::this_thread::get_id()}); };
  program::SignalThread signals({SIGUSR1}, take);
  ::kill(::getpid(), SIGUSR1);
  const auto [signal, thread] = taken.get_future().get();
  CHECK(signal == SIGUSR1);
  CHECK(thread != std::this_thread::get_id());
}

TEST_CASE("a thread for signals ends although no signal came") {
  program::SignalThread signals({SIGUSR2}, [](int) {});
}

TEST_CASE("all is written, also to a pipe that is full and set non-blocking") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_NONBLOCK) == 0);
  const std::string sent(1'000'000, 'x');
  std::thread writer([&] {
    CHECK(program::write_all(ends[1], sent));
    ::close(ends[1]);
  });
  ::fcntl(ends[0], F_SETFL, 0);
  std::string received;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
    received.append(buffer.data(), static_cast<std::size_t>(got));
  }
  writer.join();
  ::close(ends[0]);
  CHECK(received == sent);
}

TEST_CASE("writing into a closed pipe is an error, not a signal") {
  program::prepare_process();
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  ::close(ends[0]);
  CHECK(!program::write_all(ends[1], "x"));
  CHECK(errno == EPIPE);
  ::close(ends[1]);
}
