#include "net/listen_sockets.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "sock/stream.hpp"
#include "support/catch.hpp"
#include "support/nagle.hpp"

using sock::open_listeners;

namespace {

std::uint16_t port_of(const sock::ListenSocket& listener) {
  return sock::local_endpoint(listener.fd.get()).port;
}

}  // namespace

TEST_CASE("port 0 is one port for all addresses") {
  const auto listeners = open_listeners({.hosts = {"localhost", "127.0.0.2"}});
  REQUIRE(listeners.size() == 3);
  const auto port = port_of(listeners[0]);
  CHECK(port != 0);
  for (const auto& listener : listeners) CHECK(port_of(listener) == port);
}

TEST_CASE("an address given twice is listened on once") {
  CHECK(open_listeners({.hosts = {"localhost", "127.0.0.1", "[::1]"}}).size() == 2);
}

TEST_CASE("a port in use is an error that names host and port") {
  const auto first = open_listeners({.hosts = {"localhost"}});
  const auto port = port_of(first[0]);
  CHECK_THROWS_WITH(
      open_listeners({.hosts = {"localhost"}, .port = port}),
      "cannot listen on localhost port " + std::to_string(port) + ": Address already in use");
}

TEST_CASE("an address that another one covers is the one that is told of, in either order") {
  const auto listen = [&](std::vector<std::string> hosts) {
    open_listeners({.hosts = std::move(hosts)});
  };
  const std::string text =
      "cannot listen on 127.0.0.1 port 0: Address already in use (0.0.0.0 already covers "
      "127.0.0.1)";
  CHECK_THROWS_WITH(listen({"0.0.0.0", "127.0.0.1"}), text);
  CHECK_THROWS_WITH(listen({"127.0.0.1", "0.0.0.0"}), text);
  CHECK_THROWS_WITH(listen({"*", "localhost"}),
                    "cannot listen on localhost port 0: Address already in use (0.0.0.0 already "
                    "covers 127.0.0.1)");
  CHECK_THROWS_WITH(listen({"::", "::1"}),
                    "cannot listen on ::1 port 0: Address already in use (:: already covers ::1)");
  listen({"::", "127.0.0.1"});  // of another family
  listen({"*", "0.0.0.0"});     // the same
}

TEST_CASE("an address that is not this machine's is an error") {
  CHECK_THROWS_AS(open_listeners({.hosts = {"192.0.2.1"}}), std::system_error);
}

TEST_CASE("a port can be listened on again at once") {
  std::uint16_t port = 0;
  for (int i = 0; i < 3; ++i) {
    auto listeners = open_listeners({.hosts = {"localhost"}, .port = port});
    port = port_of(listeners[0]);
  }
}

TEST_CASE("an accepted socket has Nagle's algorithm only if its listener leaves it on") {
  for (const bool nagle : {false, true}) {
    const auto listener =
        std::move(open_listeners({.hosts = {"127.0.0.1"}}, {.nagle = nagle}).front());
    const auto client = sock::Stream::connect("127.0.0.1", port_of(listener));
    const sock::Descriptor accepted(::accept4(listener.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
    CHECK(has_nagle(accepted.get()) == nagle);
    // One that was handed over is left as it is.
    const auto taken = sock::take_listener(::dup(listener.fd.get()), {.nagle = !nagle});
    sock::prepare_accepted(accepted.get(), taken);
    CHECK(has_nagle(accepted.get()) == !nagle);
    CHECK(has_nagle(listener.fd.get()) == nagle);
  }
}
