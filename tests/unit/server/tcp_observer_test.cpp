#include "server/tcp_observer.hpp"

#include <sys/socket.h>

#include <optional>

#include "net/read_tcp_info.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/socket_pair.hpp"

namespace {

struct End final : sock::Observer {
  void tcp_changed(const sock::Client&, const sock::TcpChange& change) noexcept override {
    if (change.what == sock::TcpChange::What::end) side = change.time_wait;
  }
  std::optional<sock::TimeWait> side;
};

}  // namespace

TEST_CASE("a connection that is cut has closed first, though its peer ends before the next look") {
  SocketPair pair;
  End end;
  sock::TcpObserver observer(pair.server.get(), {}, end);
  observer.connected({});
  observer.note_cut();
  REQUIRE(::shutdown(pair.server.get(), SHUT_RDWR) == 0);
  pair.client.close();
  REQUIRE(eventually(
      [&] { return sock::read_tcp_info(pair.server.get()).state == sock::TcpState::closed; }));
  observer.finish(false);
  CHECK(end.side == sock::TimeWait::here);
}
