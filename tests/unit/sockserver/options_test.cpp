#include "options.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace sockserver;

namespace {

Options read(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "sockserver");
  const auto options = read_options(static_cast<int>(arguments.size()), arguments.data());
  REQUIRE(std::holds_alternative<Options>(options));
  return std::get<Options>(options);
}

}  // namespace

TEST_CASE("how many connections there may be is known to the log, too") {
  CHECK(read({}).server.max_connections == 1000);
  CHECK(read({"--mode", "async"}).server.max_connections == 10'000);
  CHECK(read({"--mode", "async", "-m", "7"}).server.max_connections == 7);
}

TEST_CASE("what the log tells is as talkative as asked for") {
  CHECK(read({}).log.verbosity == 0);
  CHECK(read({"-q"}).log.verbosity == -1);
  CHECK(read({"-vv"}).log.verbosity == 2);
  CHECK(read({}).log.style == LogStyle::text);
  CHECK(read({"--log-format", "json"}).log.style == LogStyle::json);
  CHECK(read({"-x"}).log.hex_dump);
}

TEST_CASE("TCP is watched only for those who want to be told of it") {
  CHECK_FALSE(read({"-vv"}).server.watch_tcp);
  CHECK(read({"-vvv"}).server.watch_tcp);
  CHECK_FALSE(read({}).server.nagle);
  CHECK(read({"--nagle"}).server.nagle);
}

TEST_CASE("without doors there is the one on 9999") {
  const auto one = read({}).doors;
  REQUIRE(one.size() == 1);
  CHECK(one[0].place.port == 9999);
  CHECK(one[0].place.hosts == std::vector<std::string>{"localhost"});
  CHECK(one[0].protocol() == "quit");
  const auto other = read({"-p", "7", "--host", "::1", "--host", "127.0.0.1", "-P", "echo"}).doors;
  CHECK(other[0].place.hosts == std::vector<std::string>{"::1", "127.0.0.1"});
  CHECK(other[0].protocol() == "echo");
  CHECK(read({"--public"}).doors[0].place.hosts == std::vector<std::string>{"*"});
}

TEST_CASE("doors are all that are given, in their order") {
  const auto doors = read({"-4", "-P", "hola", "--listen", "1=chat", "--listen", "[::1]:2",
                           "--listen=unix:/x=chat/a"})
                         .doors;
  REQUIRE(doors.size() == 3);
  CHECK(doors[0].protocol() == "chat");
  CHECK(doors[0].place.family == sock::Family::ipv4);
  CHECK(doors[1].protocol() == "hola");
  CHECK(doors[1].place.hosts == std::vector<std::string>{"[::1]"});
  CHECK(doors[2].protocol() == "chat/a");
}

TEST_CASE("doors that were handed over are in place of the one, wherever that would be") {
  std::vector<DoorOptions> handed_over{{.text = "descriptor 3"}};
  handed_over[0].place.descriptor = 3;
  const auto doors_of = [&](std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "sockserver");
    const auto options = read_options(static_cast<int>(arguments.size()), arguments.data(),
                                      [&] { return handed_over; });
    return std::get<Options>(options).doors;
  };
  const auto doors = doors_of({"--public", "-p", "7", "-4", "-P", "echo"});
  REQUIRE(doors.size() == 1);
  CHECK(doors[0].place.descriptor == 3);
  CHECK(doors[0].protocol() == "echo");
  const auto with_another = doors_of({"--listen", "7"});
  REQUIRE(with_another.size() == 2);
  CHECK(with_another[0].place.descriptor == 3);
}
