// Doors for datagrams, beside others, over real sockets.

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "net/bind_datagrams.hpp"
#include "sock/datagram.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"

namespace {

using namespace std::chrono_literals;
using sock::Clock;
using sock::Datagram;
using sock::Door;

std::shared_ptr<sock::Service> service(const char* name) {
  return sock::find_service(name)->make({});
}

Door datagram_door(const char* name, std::vector<std::string> hosts = {"localhost"}) {
  Door door{.service = service(name)};
  door.hosts = std::move(hosts);
  door.datagrams = true;
  return door;
}

Door stream_door(const char* name) { return {.service = service(name)}; }

// The answer, sent again until it has come: what is sent may be lost.
std::string ask(Datagram& client, const std::string& text) {
  for (;;) {
    client.send(text);
    if (auto answer = client.receive_before(Clock::now() + 5s)) return answer->text;
  }
}

bool is_answered(Datagram& client, const std::string& text) {
  client.send(text);
  return client.receive_before(Clock::now() + 200ms).has_value();
}

}  // namespace

TEST_CASE("datagrams are answered one by one, in every mode, on both addresses", "[tcp]") {
  for (const auto mode : all_modes) {
    INFO(name_of(mode));
    RunningServer running({stream_door("quit"), datagram_door("echo"), datagram_door("hola")},
                          {.mode = mode});
    for (const char* host : {"127.0.0.1", "::1"}) {
      auto echo = Datagram::connect(host, running.port(1));
      CHECK(ask(echo, "hola") == "hola");
      CHECK(ask(echo, "") == "");
      CHECK(ask(echo, std::string(Datagram::largest, 'x')).size() == Datagram::largest);
      auto hola = Datagram::connect(host, running.port(2));
      CHECK(ask(hola, "hola\r\n") == "pues hola\r\n");
      CHECK_FALSE(is_answered(hola, "que tal"));
      CHECK(ask(hola, "adios") == "pues adios");
    }
    auto client = sock::Stream::connect("127.0.0.1", running.port(0));
    client.write("uno\n");
    CHECK(client.receive() == "uno\n");
    auto meanwhile = Datagram::connect("127.0.0.1", running.port(1));
    CHECK(ask(meanwhile, "while another is served") == "while another is served");
    client.close();
    running.server.stop();
    running.join();
    const auto totals = running.server.totals();
    CHECK(totals.served == 6);
    CHECK(totals.datagrams_out >= 11);
    CHECK(totals.datagrams_in >= totals.datagrams_out);
  }
}

TEST_CASE("an answer comes from the address that was asked", "[tcp]") {
  RunningServer running({datagram_door("echo", {"*"})});
  for (const char* host : {"127.0.0.1", "127.0.0.2", "127.9.9.9", "::1"}) {
    auto client = Datagram::connect(host, running.port(0));  // which hears nobody else
    CHECK(ask(client, "hola") == "hola");
  }
}

TEST_CASE("what may come from another server, or goes to many, is not answered", "[tcp]") {
  RunningServer running({datagram_door("echo", {"0.0.0.0"}), datagram_door("echo")});
  const auto port = running.port(0);
  auto good = Datagram::connect("127.0.0.1", port);
  CHECK(ask(good, "hola") == "hola");

  // From a port at which this server takes datagrams, at another address.
  auto same = Datagram::bind("127.0.0.3:" + std::to_string(running.port(1)));
  same.send_to("hola", {"127.0.0.1", port});
  CHECK_FALSE(same.receive_before(Clock::now() + 100ms));

  if (::geteuid() == 0) {
    auto reserved = Datagram::bind("127.0.0.3:1023");
    reserved.send_to("hola", {"127.0.0.1", port});
    CHECK_FALSE(reserved.receive_before(Clock::now() + 100ms));
  }

  auto many = Datagram::bind("127.0.0.1:0");
  const int yes = 1;
  ::setsockopt(many.native_handle(), SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes);
  many.send_to("hola", {"127.255.255.255", port});
  CHECK_FALSE(many.receive_before(Clock::now() + 100ms));
  CHECK(running.server.totals().datagrams_out == 1);
}

TEST_CASE("datagrams that have come before a stop are answered, those of a handed one are left",
          "[tcp]") {
  const bool is_handed_over = GENERATE(false, true);
  auto opened = sock::bind_datagrams({.hosts = {"127.0.0.1"}});
  auto door = datagram_door("echo", {"127.0.0.1"});
  const int stays = ::dup(opened.front().get());
  if (is_handed_over) door.descriptor = opened.front().release();
  auto server = std::make_unique<sock::Server>(sock::ServerOptions{}, std::vector<Door>{door});
  auto client = Datagram::connect("127.0.0.1", server->endpoints().front().port);
  for (int i = 0; i < 100; ++i) client.send(std::to_string(i));
  server->stop();
  server->run();
  if (!is_handed_over) {
    for (int i = 0; i < 100; ++i) CHECK(client.receive() == std::to_string(i));
  } else {
    CHECK(server->totals().datagrams_in == 0);
    server.reset();
    char byte = 0;
    CHECK(::recv(stays, &byte, 1, MSG_DONTWAIT) == 1);  // whoever has it can go on
    CHECK(byte == '0');
  }
  ::close(stays);
}

TEST_CASE("fifty thousand sources leave a thousand sessions, and others are served meanwhile",
          "[tcp]") {
  RunningServer running({stream_door("echo"), datagram_door("quit", {"127.0.0.1"})});
  std::atomic<bool> is_over = false;
  std::jthread flood([&] {
    for (int i = 0; i < 50'000 && !is_over; ++i) {
      // One address of 127.0.0.0/8 after the other.
      const auto source = "127.1." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1);
      Datagram::bind(source + ":0").send_to("x", {"127.0.0.1", running.port(1)});
    }
    is_over = true;
  });
  auto client = sock::Stream::connect("127.0.0.1", running.port(0));
  while (!is_over) {  // each is served meanwhile
    client.write("x");
    REQUIRE(client.receive() == "x");
  }
  CHECK(eventually([&] { return running.server.totals().served > 1024; }));
  const auto served = running.server.totals().served;
  CHECK(served <= running.recorder.closings().size() + 1 + 1024);
}

TEST_CASE("if one door cannot be opened none is", "[tcp]") {
  auto taken = Datagram::bind("127.0.0.1:0");
  Door good = stream_door("echo");
  good.path = "@sock-none-" + std::to_string(::getpid());
  auto bad = datagram_door("echo", {"127.0.0.1"});
  bad.port = taken.local().port;
  for (const auto& doors : {std::vector<Door>{good, bad}, std::vector<Door>{bad, good}}) {
    CHECK_THROWS_WITH(sock::Server({}, doors), "cannot listen on udp 127.0.0.1 port " +
                                                   std::to_string(bad.port) +
                                                   ": Address already in use");
    CHECK_THROWS(sock::Stream::connect("unix:" + good.path));
  }
}

TEST_CASE("a service that does not take datagrams cannot be at a door for them", "[tcp]") {
  for (const auto& row : sock::services()) {
    INFO(row.name);
    const std::vector<Door> doors{datagram_door(row.name.data())};
    if (row.takes_datagrams) {
      CHECK_NOTHROW(sock::Server({}, doors));
    } else {
      CHECK_THROWS_AS(sock::Server({}, doors), std::invalid_argument);
    }
  }
}
