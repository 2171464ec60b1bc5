#include <sys/ioctl.h>
#include <sys/socket.h>

#include <string>
#include <thread>
#include <vector>

#include "sock/listener.hpp"
#include "sock/server.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/running_server.hpp"

TEST_CASE("a server on localhost is reached over both families", "[tcp]") {
  RunningServer running("quit");
  std::vector<std::string> addresses;
  for (const auto& one : running.server.endpoints()) addresses.push_back(one.address);
  CHECK(addresses == std::vector<std::string>{"127.0.0.1", "::1"});
  for (const char* host : {"127.0.0.1", "::1", "localhost"}) {
    auto client = sock::Stream::connect(host, running.server.port());
    client.write("hola\n");
    CHECK(client.receive() == "hola\n");
  }
}

TEST_CASE("a server can be restarted on the same port at once") {
  std::uint16_t port = 0;
  for (int i = 0; i < 3; ++i) {
    RunningServer running("quit", {.port = port});
    port = running.server.port();
    auto client = running.connect();
    client.write("uno\nquit\n");
    CHECK(read_all(client) == "uno\n");
  }
}

TEST_CASE("clients that connect before the server runs are served when it does") {
  sock::Server server({}, sock::find_service("quit")->make({}));
  auto client = sock::Stream::connect("localhost", server.port());
  client.write("hola\nquit\n");
  std::jthread runner([&] { server.run(); });
  CHECK(read_all(client) == "hola\n");
  server.stop();
}

TEST_CASE("an urgent byte is data like any other, at both ends") {
  sock::Listener listener(0);
  auto client = sock::Stream::connect("localhost", listener.port());
  auto accepted = listener.accept();
  for (auto* ends : {&client, &accepted}) {
    auto& sender = *ends;
    auto& receiver = ends == &client ? accepted : client;
    sender.write("ho");
    CHECK(::send(sender.native_handle(), "l", 1, MSG_OOB) == 1);
    sender.write("a\n");
    int waiting = 0;
    REQUIRE(eventually([&] {
      return ::ioctl(receiver.native_handle(), FIONREAD, &waiting) == 0 && waiting == 5;
    }));
    CHECK(read_exactly(receiver, 5) == "hola\n");
  }
}
