// Listening sockets that were handed over: whoever else has them finds them as they were.

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <string>
#include <vector>

#include "net/descriptor.hpp"
#include "net/local_socket.hpp"
#include "support/catch.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"
#include "support/temporary_folder.hpp"

namespace {

using sock::Descriptor;
using sock::Door;

template <typename Value = int>
Value option_of(const Descriptor& socket, int level, int option) {
  Value value{};
  socklen_t size = sizeof value;
  REQUIRE(::getsockopt(socket.get(), level, option, &value, &size) == 0);
  return value;
}

// What a server sets on its own listeners, of which those of others may know nothing.
struct State {
  explicit State(const Descriptor& listener)
      : flags(::fcntl(listener.get(), F_GETFL)),
        receive_timeout(option_of<timeval>(listener, SOL_SOCKET, SO_RCVTIMEO).tv_usec),
        keep_alive(option_of(listener, SOL_SOCKET, SO_KEEPALIVE)),
        urgent_inline(option_of(listener, SOL_SOCKET, SO_OOBINLINE)),
        no_delay(sock::is_local(listener.get()) ? 0
                                                : option_of(listener, IPPROTO_TCP, TCP_NODELAY)) {}
  bool operator==(const State&) const = default;

  int flags;
  long receive_timeout;
  int keep_alive;
  int urgent_inline;
  int no_delay;
};

// Of TCP on a free port, or at that path.
Descriptor listen(const std::string& path = {}) {
  Descriptor fd(::socket(path.empty() ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = path.empty() ? sock::to_socket_address(sock::Endpoint{"127.0.0.1"})
                                    : sock::local_address(path);
  REQUIRE(::bind(fd.get(), address.data(), address.size) == 0);
  REQUIRE(::listen(fd.get(), 16) == 0);
  return fd;
}

// A door with a descriptor of its own for this listener.
Door door_of(const Descriptor& listener, const char* service) {
  Door door{.service = sock::find_service(service)->make({})};
  door.descriptor = ::dup(listener.get());
  return door;
}

void ask(sock::Stream& client) {
  client.write("hola");
  REQUIRE(read_exactly(client, 4) == "hola");
}

}  // namespace

TEST_CASE("a listener that was handed over is left as it was", "[tcp]") {
  const TemporaryFolder folder;
  std::array<Descriptor, 2> listeners{listen(), listen(folder / "s")};
  for (const auto& listener : listeners) {
    const State before(listener);
    for (const auto mode : all_modes) {
      INFO(name_of(mode));
      {
        RunningServer running(std::vector<Door>{door_of(listener, "echo")}, {.mode = mode});
        auto client = running.connect();
        ask(client);
        CHECK(State(listener).receive_timeout == before.receive_timeout);
      }
      CHECK(State(listener) == before);
    }
    Door bad = door_of(listener, "echo");
    bad.descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    const std::vector<Door> doors{door_of(listener, "echo"), bad};
    CHECK_THROWS_AS(sock::Server({}, doors), std::system_error);
    ::close(bad.descriptor);
    CHECK(State(listener) == before);
  }
}

TEST_CASE("a client at a listener that was handed over has what others have", "[tcp]") {
  for (const auto mode : all_modes) {
    INFO(name_of(mode));
    const auto listener = listen();
    RunningServer running(std::vector<Door>{door_of(listener, "echo")}, {.mode = mode});
    auto client = running.connect();
    ask(client);
    REQUIRE(::send(client.native_handle(), "x", 1, MSG_OOB) == 1);
    CHECK(read_exactly(client, 1) == "x");
  }
}

TEST_CASE("who else has a listener and lets it wait does not stall the server", "[tcp]") {
  for (const auto mode : all_modes) {
    INFO(name_of(mode));
    const auto listener = listen();
    RunningServer running(std::vector<Door>{door_of(listener, "echo")}, {.mode = mode});
    for (int i = 0; i < 3; ++i) {
      ::fcntl(listener.get(), F_SETFL, ::fcntl(listener.get(), F_GETFL) & ~O_NONBLOCK);
      auto client = running.connect();
      ask(client);
    }
    running.server.stop();
    running.join();
  }
}
