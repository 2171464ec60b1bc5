#include "listening_line.hpp"

#include <string>

#include "support/catch.hpp"

using namespace sockserver;
using sock::Endpoint;
using sock::Transport;

namespace {

void check(const std::vector<Endpoint>& endpoints, const std::string& protocol,
           const std::string& words, const std::string& fields) {
  const OpenDoor door{endpoints, protocol, "threads"};
  CHECK(listening_line(LogStyle::text, door) == words + "\n");
  CHECK(listening_line(LogStyle::json, door)
            .ends_with(R"(Z","event":"listening",)" + fields + "}\n"));
}

}  // namespace

TEST_CASE("each kind of door has its words and its fields") {
  check({{"127.0.0.1", 9999}, {"::1", 9999}}, "quit",
        "listening on port 9999 (127.0.0.1, ::1), protocol quit, mode threads",
        R"("transport":"tcp","port":9999,"addresses":["127.0.0.1","::1"],)"
        R"("protocol":"quit","mode":"threads")");
  check({{"/run/x", 0, Transport::local}}, "chat/aula2",
        "listening on unix:/run/x, protocol chat/aula2, mode threads",
        R"("transport":"unix","path":"/run/x","protocol":"chat/aula2","mode":"threads")");
  check({{"127.0.0.1", 7007, Transport::udp}, {"::1", 7007, Transport::udp}}, "echo",
        "listening on udp port 7007 (127.0.0.1, ::1), protocol echo",
        R"("transport":"udp","port":7007,"addresses":["127.0.0.1","::1"],"protocol":"echo")");
}

TEST_CASE("a path is told so that it stays in its line") {
  check({{"/a\n\"", 0, Transport::local}}, "quit",
        R"(listening on unix:/a\x0a", protocol quit, mode threads)",
        R"("transport":"unix","path":"/a\n\"","protocol":"quit","mode":"threads")");
}

TEST_CASE("the line is as long as the addresses make it") {
  const std::vector<Endpoint> many(1000, {"127.0.0.1", 1});
  CHECK(listening_line(LogStyle::text, {many, "quit", "threads"})
            .ends_with("protocol quit, mode threads\n"));
}

TEST_CASE("what a client has to get through is told with the door") {
  const OpenDoor door{{{"127.0.0.1", 9443}}, "quit", "async", true, true, "sha256:0"};
  CHECK(listening_line(LogStyle::text, door) ==
        "listening on port 9443 (127.0.0.1), protocol quit, mode async, proxy, tls\n");
  CHECK(listening_line(LogStyle::json, door)
            .ends_with(R"("mode":"async","layers":["proxy","tls"],"pin":"sha256:0"})"
                       "\n"));
}

TEST_CASE("what to type to connect depends on the kind of door") {
  const auto line = [](const Endpoint& where, const std::string& host, OpenDoor door = {}) {
    door.endpoints = {where};
    return connect_line(door, host);
  };
  CHECK(line({"127.0.0.1", 9999}, "localhost") ==
        "connect with: sockclient localhost 9999   (or nc, telnet)");
  CHECK(line({"/run/x", 0, Transport::local}, "") ==
        "connect with: sockclient unix:/run/x   (or nc -U)");
  CHECK(line({"/tmp/a b'c", 0, Transport::local}, "") ==
        R"(connect with: sockclient 'unix:/tmp/a b'\''c'   (or nc -U))");
  CHECK(line({"127.0.0.1", 7007, Transport::udp}, "::1") ==
        "connect with: sockclient -u ::1 7007   (or nc -u)");
  CHECK(line({"127.0.0.1", 9443}, "localhost", {.tls = true}) ==
        "connect with: sockclient --tls localhost 9443");
  CHECK(line({"127.0.0.1", 9443}, "localhost", {.proxy = true, .tls = true, .pin = "sha256:0"}) ==
        "connect with: sockclient --proxy-header --tls --pin sha256:0 localhost 9443");
}
