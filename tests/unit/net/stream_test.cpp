#include "sock/stream.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "sock/listener.hpp"
#include "support/catch.hpp"
#include "support/nagle.hpp"
#include "support/running_server.hpp"
#include "support/silent_port.hpp"

namespace {

using namespace std::chrono_literals;
using sock::Listener;
using sock::Stream;
using sock::TryState;

struct Pair {
  Stream client;
  Stream server;
};

Pair connected_pair() {
  Listener listener(0);
  Stream client = Stream::connect("localhost", listener.port());
  return {std::move(client), listener.accept()};
}

std::uint16_t free_port() { return Listener(0).port(); }

}  // namespace

TEST_CASE("both ends of a connection know each other's address") {
  const auto pair = connected_pair();
  CHECK(pair.client.remote() == pair.server.local());
  CHECK(pair.client.local() == pair.server.remote());
}

TEST_CASE("what is written is read, and an end of stream is a value") {
  auto pair = connected_pair();
  CHECK(pair.client.write("hola"));
  CHECK(pair.server.receive() == "hola");
  pair.client.shutdown_send();
  CHECK(pair.server.receive().empty());
  CHECK(pair.server.write("adios"));
  CHECK(pair.client.receive(3) == "adi");
  CHECK(pair.client.receive() == "os");
}

TEST_CASE("a large text is written whole while the peer reads in pieces") {
  auto pair = connected_pair();
  const std::string text(8'000'000, 'x');
  bool written = false;
  std::thread writer([&] {
    written = pair.client.write(text);
    pair.client.shutdown_send();
  });
  std::size_t size = 0;
  for (std::string piece = pair.server.receive(); !piece.empty(); piece = pair.server.receive()) {
    size += piece.size();
  }
  writer.join();
  CHECK(written);
  CHECK(size == text.size());
}

TEST_CASE("a connection that was reset is an exception to read and a value to write") {
  auto pair = connected_pair();
  reset(pair.server);
  CHECK_THROWS_AS(pair.client.receive(), std::system_error);
  CHECK_FALSE(pair.client.write("hola"));
  CHECK(pair.client.try_write("hola").state == TryState::ended);
}

TEST_CASE("the calls that do not wait say when there is nothing to do") {
  auto pair = connected_pair();
  std::array<char, 16> buffer{};
  CHECK(pair.client.try_read(buffer).state == TryState::would_block);
  const std::string block(65536, 'x');
  std::size_t written = 0;
  auto result = pair.client.try_write(block);
  while (result.state == TryState::done) {
    written += result.bytes;
    result = pair.client.try_write(block);
  }
  CHECK(result.state == TryState::would_block);
  pair.client.shutdown_send();
  std::size_t read = 0;
  for (std::string piece = pair.server.receive(); !piece.empty(); piece = pair.server.receive()) {
    read += piece.size();
  }
  CHECK(read == written);
  CHECK(pair.server.try_read(buffer).state == TryState::ended);
}

TEST_CASE("a refused connection names host, port, reason and every address tried") {
  const auto port = std::to_string(free_port());
  CHECK_THROWS_WITH(
      Stream::connect("localhost", static_cast<std::uint16_t>(std::stoi(port))),
      "cannot connect to localhost port " + port + ": Connection refused (tried ::1, 127.0.0.1)");
  CHECK_THROWS_WITH(Stream::connect("127.0.0.1", static_cast<std::uint16_t>(std::stoi(port))),
                    "cannot connect to 127.0.0.1 port " + port + ": Connection refused");
}

TEST_CASE("a connection can come from an address, and from a port again and again") {
  Listener listener(0);
  sock::ConnectOptions options{.source = sock::Endpoint{"127.0.0.2"}};
  std::uint16_t port = 0;
  for (int i = 0; i < 2; ++i) {
    auto client = Stream::connect("localhost", listener.port(), options);
    auto server = listener.accept();
    CHECK(server.remote().address == "127.0.0.2");
    if (i > 0) CHECK(server.remote().port == port);
    port = server.remote().port;
    options.source->port = port;
    client.close();  // first, so that its end stays in TIME_WAIT
    CHECK(server.receive().empty());
  }
}

TEST_CASE("a source that is not this machine's is named in the error") {
  const Listener listener(0);
  const std::string port = std::to_string(listener.port());
  CHECK_THROWS_WITH(Stream::connect("127.0.0.1", listener.port(),
                                    {.source = sock::Endpoint{"203.0.113.1", 5000}}),
                    "cannot connect to 127.0.0.1 port " + port +
                        " from 203.0.113.1:5000: Cannot assign requested address");
}

TEST_CASE("the next address of a host is tried when one does not answer") {
  Listener listener(0, "127.0.0.1");
  CHECK(Stream::connect("localhost", listener.port()).remote().address == "127.0.0.1");
}

TEST_CASE("connecting ends when its time is over") {
  const SilentPort silent("127.0.0.1");
  const auto port = std::to_string(silent.port());
  CHECK_THROWS_WITH(Stream::connect("127.0.0.1", silent.port(), {.timeout = 50ms}),
                    "cannot connect to 127.0.0.1 port " + port + ": Connection timed out");
}

TEST_CASE("an address that never answers leaves time for the next one") {
  const SilentPort silent("::1");
  Listener listener(silent.port(), "127.0.0.1");
  for (const auto timeout : {2000ms, 3'600'000ms}) {  // its share would be half an hour
    CHECK(Stream::connect("localhost", silent.port(), {.timeout = timeout}).remote().address ==
          "127.0.0.1");
  }
}

TEST_CASE("what is written leaves at once, unless Nagle's algorithm was left on") {
  const Listener listener(0);
  CHECK_FALSE(has_nagle(Stream::connect("localhost", listener.port()).native_handle()));
  const auto stream = Stream::connect("localhost", listener.port(), {.nagle = true});
  CHECK(has_nagle(stream.native_handle()));
}

TEST_CASE("the system tells what it knows of a connection of TCP") {
  const auto [client, server] = connected_pair();
  auto info = client.tcp_info();
  REQUIRE(info);
  CHECK(info->state == sock::TcpState::established);
  CHECK(name_of(info->state) == "ESTABLISHED");
  CHECK(info->segments == 0U);
  CHECK(info->window > 0U);
  CHECK(info->segment_size > 0);
  CHECK(info->rtt);
  CHECK(info->least_rtt <= info->rtt);
}

TEST_CASE("a UNIX socket has no TCP, and a closed stream none any more") {
  const Listener listener("unix:@sock-test-tcp-info-" + std::to_string(::getpid()));
  const Listener tcp(0);
  CHECK_FALSE(Stream::connect("unix:@sock-test-tcp-info-" + std::to_string(::getpid())).tcp_info());
  auto stream = Stream::connect("localhost", tcp.port());
  stream.close();
  CHECK_FALSE(stream.tcp_info());
}

TEST_CASE("a moved stream leaves its connection to the new one") {
  auto pair = connected_pair();
  Stream moved = std::move(pair.client);
  CHECK(moved.write("hola"));
  CHECK(pair.server.receive() == "hola");
}
