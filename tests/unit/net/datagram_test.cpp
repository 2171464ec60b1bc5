#include "sock/datagram.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "net/descriptor.hpp"
#include "net/local_socket.hpp"
#include "sock/listener.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

namespace {

using namespace std::chrono_literals;
using sock::Clock;
using sock::Datagram;

}  // namespace

TEST_CASE("one send is one receive, an empty one too, and the answer finds its way") {
  const TemporaryFolder folder;
  const auto udp = [] { return Datagram::bind(0); };
  const auto path = [&] { return Datagram::bind("unix:" + (folder / "s")); };
  for (int kind = 0; kind < 2; ++kind) {
    auto server = kind == 0 ? udp() : path();
    const auto where = kind == 0 ? "localhost:" + std::to_string(server.local().port)
                                 : "unix:" + server.local().address;
    auto client = Datagram::connect(where);
    for (const std::string text : {"hola", "", "adios"}) {
      client.send(text);
      const auto received = server.receive_from();
      CHECK(received.text == text);
      server.send_to("pues " + received.text, received.from);
      CHECK(client.receive() == "pues " + text);
    }
    CHECK_FALSE(client.receive_before(Clock::now() + 1ms).has_value());
  }
}

TEST_CASE("localhost is heard on both its addresses") {
  auto server = Datagram::bind(0);
  const auto port = server.local().port;
  for (const std::string host : {"127.0.0.1", "::1"}) {
    auto client = Datagram::connect(host, port);
    client.send("hola");
    const auto received = server.receive_from();
    CHECK(received.from.address == host);
    CHECK(received.from.transport == sock::Transport::udp);
    server.send_to("adios", received.from);
    CHECK(client.receive() == "adios");
    CHECK(client.remote().address == host);
  }
}

TEST_CASE("datagrams can be sent from an address of this machine only") {
  auto server = Datagram::bind(0, "127.0.0.1");
  const auto port = server.local().port;
  auto client = Datagram::connect("localhost", port, sock::Family::any, sock::no_deadline,
                                  sock::Endpoint{"127.0.0.2"});
  client.send("hola");
  CHECK(server.receive_from().from.address == "127.0.0.2");
  CHECK_THROWS_WITH(Datagram::connect("127.0.0.1", port, sock::Family::any, sock::no_deadline,
                                      sock::Endpoint{"203.0.113.1"}),
                    "cannot connect to 127.0.0.1 port " + std::to_string(port) +
                        " from 203.0.113.1: Cannot assign requested address");
}

TEST_CASE("a datagram port can have one socket only") {
  auto first = Datagram::bind("127.0.0.1:0");
  const auto port = std::to_string(first.local().port);
  CHECK_THROWS_WITH(Datagram::bind("127.0.0.1:" + port),
                    "cannot listen on udp 127.0.0.1 port " + port + ": Address already in use");
}

TEST_CASE("what is too long for a datagram is an error, and the longest is not") {
  auto server = Datagram::bind("127.0.0.1:0");
  auto client = Datagram::connect("127.0.0.1", server.local().port);
  client.send(std::string(Datagram::largest, 'x'));
  CHECK(server.receive().size() == Datagram::largest);
  try {
    client.send(std::string(Datagram::largest + 1, 'x'));
    FAIL("it was sent");
  } catch (const std::system_error& error) {
    CHECK(error.code() == std::errc::message_size);
  }
}

TEST_CASE("a full UNIX socket has no room, until its owner receives") {
  const TemporaryFolder folder;
  auto server = Datagram::bind("unix:" + (folder / "s"));
  auto client = Datagram::connect("unix:" + (folder / "s"));
  int sent = 0;
  while (client.try_send(std::to_string(sent))) ++sent;
  CHECK(sent > 0);
  CHECK_FALSE(sock::wait_for(client.native_handle(), POLLOUT, Clock::now() + 1ms));
  for (int i = 0; i < sent; ++i) CHECK(server.receive() == std::to_string(i));
  CHECK(sock::wait_for(client.native_handle(), POLLOUT, Clock::now() + 30s));
  CHECK(client.try_send("hola"));
  CHECK(server.receive() == "hola");
}

TEST_CASE("what cannot be sent is an error without waiting too") {
  auto server = Datagram::bind("127.0.0.1:0");
  auto client = Datagram::connect("127.0.0.1", server.local().port);
  CHECK(client.try_send(""));
  CHECK(server.receive().empty());
  CHECK_THROWS_AS(client.try_send(std::string(Datagram::largest + 1, 'x')), std::system_error);
}

TEST_CASE("a datagram that is longer than what is asked for is cut") {
  auto server = Datagram::bind("127.0.0.1:0");
  auto client = Datagram::connect("127.0.0.1", server.local().port);
  client.send("hola que tal");
  CHECK(server.receive(4) == "hola");
  CHECK_FALSE(server.receive_before(Clock::now() + 1ms).has_value());
}

TEST_CASE("that nobody is there shows when an answer is waited for") {
  const auto port = [] { return Datagram::bind("127.0.0.1:0").local().port; }();
  auto client = Datagram::connect("127.0.0.1", port);
  client.send("hola");
  try {
    client.receive();
    FAIL("there was an answer");
  } catch (const std::system_error& error) {
    CHECK(error.code() == std::errc::connection_refused);
    CHECK(std::string(error.what()) ==
          "cannot receive from 127.0.0.1:" + std::to_string(port) + ": Connection refused");
  }
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(Datagram::connect("unix:" + (folder / "s")),
                    "cannot connect to unix:" + (folder / "s") + ": No such file or directory");
}

TEST_CASE("a path for datagrams is taken over and removed like that of a listener") {
  const TemporaryFolder folder;
  const std::string path = folder / "s";
  std::optional first(Datagram::bind("unix:" + path));
  first.reset();
  CHECK_FALSE(std::filesystem::exists(path));
  const auto server = Datagram::bind("unix:" + path);
  const std::string taken = "cannot listen on unix:" + path + ": Address already in use";
  CHECK_THROWS_WITH(Datagram::bind("unix:" + path), taken);
  CHECK_THROWS_WITH(sock::Listener("unix:" + path), taken);
}

TEST_CASE("a peer without an address can say something, and cannot be answered") {
  const TemporaryFolder folder;
  auto server = Datagram::bind("unix:" + (folder / "s"));
  const auto address = sock::local_address(folder / "s");
  const sock::Descriptor peer(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  REQUIRE(::sendto(peer.get(), "hola", 4, 0, address.data(), address.size) == 4);
  const auto received = server.receive_from();
  CHECK(received.text == "hola");
  CHECK(received.from == sock::Endpoint{.transport = sock::Transport::local});
  CHECK_THROWS_WITH(server.send_to("adios", received.from),
                    "cannot send to unix: Destination address required");
}

TEST_CASE("an address that is none, or too long, is an error that names it") {
  const TemporaryFolder folder;
  auto udp = Datagram::bind("127.0.0.1:0");
  try {
    udp.send_to("hola", {"localhost", udp.local().port});
    FAIL("it was sent");
  } catch (const std::system_error& error) {
    CHECK(error.code() == std::errc::invalid_argument);
    CHECK(std::string(error.what()) ==
          "cannot send to localhost:" + std::to_string(udp.local().port) + ": Invalid argument");
  }
  CHECK_FALSE(udp.receive_before(Clock::now() + 1ms));

  auto local = Datagram::bind("unix:" + (folder / "s"));
  for (const std::size_t size : {std::size_t{109}, std::size_t{3000}}) {
    const std::string path(size, 'x');
    try {
      local.send_to("hola", {.address = path, .transport = sock::Transport::local});
      FAIL("it was sent");
    } catch (const std::system_error& error) {
      CHECK(error.code() == std::errc::filename_too_long);
      CHECK(std::string(error.what()) == "cannot send to unix:" + path + ": File name too long");
    }
  }
}

// Its path fills the address, without a NUL at its end (unix(7), BUGS).
TEST_CASE("a peer whose path is as long as the system allows is answered") {
  const TemporaryFolder folder;
  auto server = Datagram::bind("unix:" + (folder / "s"));
  std::string path = folder / "";
  path.resize(sizeof(sockaddr_un::sun_path), 'x');
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  path.copy(address.sun_path, path.size());
  const sock::Descriptor peer(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  REQUIRE(::bind(peer.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const auto to = sock::local_address(folder / "s");
  REQUIRE(::sendto(peer.get(), "hola", 4, 0, to.data(), to.size) == 4);
  const auto received = server.receive_from();
  CHECK(received.from.address == path);
  server.send_to("adios", received.from);
  std::array<char, 16> answer{};
  CHECK(::recv(peer.get(), answer.data(), answer.size(), MSG_DONTWAIT) == 5);
}

TEST_CASE("a bound socket has no peer to send to") {
  auto udp = Datagram::bind("127.0.0.1:0");
  CHECK_THROWS_WITH(udp.send("hola"), "cannot send: Destination address required");
  CHECK_THROWS_WITH(udp.try_send("hola"), "cannot send: Destination address required");
  const TemporaryFolder folder;
  auto local = Datagram::bind("unix:" + (folder / "s"));
  CHECK_THROWS_WITH(local.send("hola"), "cannot send: Destination address required");
}
