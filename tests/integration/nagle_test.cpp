#include <unistd.h>

#include "net/socket_address.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/modes.hpp"
#include "support/nagle.hpp"
#include "support/running_server.hpp"

namespace {

// The server's end of the connection: it is in this process. -1: it is not there yet.
int other_end_of(const sock::Stream& client) {
  const std::string wanted = to_string(client.local());
  const int most = ::getdtablesize() < 4096 ? ::getdtablesize() : 4096;
  for (int fd = 0; fd < most; ++fd) {
    sock::SocketAddress peer;
    if (::getpeername(fd, peer.data(), &peer.size) != 0) continue;
    if (to_string(sock::to_endpoint(peer)) == wanted) return fd;
  }
  return -1;
}

}  // namespace

TEST_CASE("a server leaves Nagle's algorithm on only if it is wanted") {
  for (const auto mode : all_modes) {
    for (const bool nagle : {false, true}) {
      sock::ServerOptions options;
      options.mode = mode;
      options.nagle = nagle;
      RunningServer running("echo", options);
      const auto client = running.connect();
      if (client.remote().transport != sock::Transport::tcp) return;
      int fd = -1;
      REQUIRE(eventually([&] { return (fd = other_end_of(client)) >= 0; }));
      CHECK(has_nagle(fd) == nagle);
    }
  }
}
