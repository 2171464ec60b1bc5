// A server at whose door there are layers: TLS, the header of a proxy, or both.

#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sock/server.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"
#include "support/tls_stream.hpp"

namespace {

using Catch::Matchers::ContainsSubstring;

const std::string proxy_header = "PROXY TCP4 198.51.100.7 192.0.2.1 1234 443\r\n";

struct Layered : RunningServer {
  Layered(const char* service, const sock::ServerOptions& options, bool proxy)
      : RunningServer(doors(service, options, proxy), options) {}

  TlsStream connect_through(const std::string& first = {}) { return TlsStream(connect(), first); }

 private:
  static std::vector<sock::Door> doors(const char* service, const sock::ServerOptions& options,
                                       bool proxy) {
    auto doors = door_of(sock::find_service(service)->make({}), options);
    doors.front().proxy = proxy;
    doors.front().tls = TlsContexts::shared().server;
    return doors;
  }
};

std::string id() { return std::to_string(::getpid()); }

}  // namespace

TEST_CASE("layers: whoami says how a client has come, in each mode") {
  const auto mode = GENERATE(from_range(all_modes));
  Layered running("whoami", {.mode = mode}, true);
  auto client = running.connect_through(proxy_header);
  client.end();
  const std::string text = client.read_all();
  CHECK(client.has_ended());
  const std::string us = meets_at_unix_door() ? "unix (pid " + id() + ", uid " : "127.0.0.1:";
  CHECK_THAT(text, ContainsSubstring("host ") && ContainsSubstring("\nlocal ") &&
                       ContainsSubstring("\npeer 198.51.100.7:1234\n") &&
                       ContainsSubstring("\nproxied-by " + us) &&
                       ContainsSubstring("\ntls TLSv1.3 TLS_") &&
                       ContainsSubstring("\nserver-name localhost\n"));
}

TEST_CASE("layers: whoami at a plain door says who is at the other end") {
  const auto mode = GENERATE(from_range(all_modes));
  RunningServer running("whoami", {.mode = mode});
  auto client = running.connect();
  client.shutdown_send();
  const std::string text = read_all(client);
  CHECK_THAT(text, ContainsSubstring("\nlocal " + to_string(running.server.endpoints().front())) &&
                       ContainsSubstring("\npeer " + to_string(client.local()).substr(0, 4)));
  CHECK_THAT(text, !ContainsSubstring("tls") && !ContainsSubstring("proxied-by"));
  const bool is_local = meets_at_unix_door();
  CHECK(is_local == (text.find("\npid " + id() + "\n") != text.npos));
  CHECK(is_local == (text.find("\nuid " + std::to_string(::getuid()) + "\n") != text.npos));
}

TEST_CASE("layers: much is echoed through TLS, and a half-close answered, in each mode") {
  const auto mode = GENERATE(from_range(all_modes));
  Layered running("echo", {.mode = mode}, false);
  auto client = running.connect_through();
  REQUIRE(client.is_open());
  std::string text(size_that_is_taken() / 2, ' ');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('a' + i % 23);
  client.write(text);
  CHECK(client.read_exactly(text.size()) == text);
  client.write(text);
  client.end();
  CHECK(client.read_all() == text);
  CHECK(client.has_ended());
  REQUIRE(eventually([&] { return running.recorder.closings().size() == 1; }));
  const auto closing = running.recorder.closings().front();
  CHECK(closing.why == sock::End::peer_closed);
  CHECK(closing.bytes_in > 2 * text.size());  // what the wire carries
  CHECK(closing.bytes_out > 2 * text.size());
}

TEST_CASE("layers: three members talk through TLS, and leave in their ways") {
  const auto options = GENERATE(from_range(side_by_side));
  Layered running("chat", options, false);
  std::vector<std::unique_ptr<TlsStream>> members;
  for (const char* const name : {"ana", "beto", "carla"}) {
    members.push_back(std::make_unique<TlsStream>(running.connect()));
    members.back()->read_until("for the rest\n");
    members.back()->write(std::string("/nick ") + name + "\n");
    members.back()->read_until(std::string("* you are now ") + name + "\n");
  }
  TlsStream &ana = *members[0], &beto = *members[1], &carla = *members[2];
  ana.read_until("* guest3 is now carla\n");
  beto.read_until("* guest3 is now carla\n");
  for (int i = 0; i < 100; ++i) {
    const std::string text = "line " + std::to_string(i) + "\n";
    ana.write(text);
    CHECK(beto.read_until("\n") == "ana: " + text);
    beto.write(text);
    CHECK(ana.read_until("\n") == "beto: " + text);
    CHECK(carla.read_until("\n") == "ana: " + text);
    CHECK(carla.read_until("\n") == "beto: " + text);
  }
  carla.end();
  CHECK(ana.read_until("\n") == "* carla left\n");
  CHECK(beto.read_until("\n") == "* carla left\n");
  beto.stream.shutdown_send();  // without close_notify
  CHECK(ana.read_until("\n") == "* beto left (connection lost)\n");
}

TEST_CASE("layers: a refused client reads why, and is known by its own address") {
  const auto options = GENERATE(from_range(side_by_side));
  auto one = options;
  one.max_connections = 1;
  Layered running("chat", one, true);
  auto member = running.connect_through(proxy_header);
  member.read_until("for the rest\n");
  {
    auto refused = running.connect_through("PROXY TCP4 198.51.100.8 192.0.2.1 99 443\r\n");
    CHECK(refused.read_all() == "* server full (1 connection), try later\n");
    CHECK(refused.has_ended());
    REQUIRE(eventually([&] { return running.recorder.refused().size() == 1; }));
    CHECK(to_string(running.recorder.refused().front()) == "198.51.100.8:99");
  }
  {
    auto silent = running.connect();  // it is known by the proxy's
    silent.close();
    REQUIRE(eventually([&] { return running.recorder.refused().size() == 2; }));
    CHECK(to_string(running.recorder.refused().back()).substr(0, 4) ==
          (meets_at_unix_door() ? "unix" : "127."));
  }
  CHECK(running.server.totals().refused == 2);
}

TEST_CASE("layers: who does not get through is told of, and not as connected") {
  const auto mode = GENERATE(from_range(all_modes));
  Layered running("chat", {.mode = mode}, false);
  auto plain = running.connect();
  plain.write("hola\n");
  const std::string alert = read_all(plain);
  plain.close();
  REQUIRE(eventually([&] { return running.recorder.count("1 kept out by TLS: not TLS") == 1; }));
  CHECK(running.recorder.events().size() == 1);
  auto client = running.connect_through();
  CHECK(client.read_until("for the rest\n").ends_with("for the rest\n"));
}

TEST_CASE("layers: at a stop what was sent through TLS before is answered, in each mode") {
  const auto mode = GENERATE(from_range(all_modes));
  Layered running("quit", {.mode = mode}, false);
  auto client = running.connect_through();
  std::string expected;
  for (int i = 0; i < 50; ++i) {
    const std::string line = "line " + std::to_string(i) + "\n";
    client.write(line);
    expected += line;
  }
  REQUIRE(eventually([&] { return has_arrived(client.stream); }));
  running.server.stop();
  CHECK(client.read_all() == expected);
  CHECK(client.has_ended());
  client.stream.close();
  running.join();
  REQUIRE(running.recorder.closings().size() == 1);
  CHECK(running.recorder.closings().front().why == sock::End::stopped);
}

TEST_CASE("layers: a stop does not wait for whoever is in the middle of a handshake") {
  const auto mode = GENERATE(from_range(all_modes));
  Layered running("chat", {.mode = mode}, false);
  auto silent = running.connect();
  silent.write("\x16\x03\x01");
  REQUIRE(eventually([&] { return running.server.totals().active == 1; }));
  REQUIRE(eventually([&] { return has_arrived(silent); }));
  running.server.stop();
  read_all(silent);
  silent.close();
  running.join();
  CHECK(running.recorder.closings().empty());
}
