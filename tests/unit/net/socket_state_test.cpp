#include "net/socket_state.hpp"

#include "sock/listener.hpp"
#include "sock/stream.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"

TEST_CASE("acknowledged bytes are those that were sent, without the end") {
  sock::Listener listener(0, "127.0.0.1");
  auto stream = sock::Stream::connect("127.0.0.1", listener.port());
  const auto peer = listener.accept();
  const int fd = stream.native_handle();
  const auto before = sock::acknowledged_bytes(fd);
  stream.write("hola\n");
  CHECK(eventually([&] { return sock::acknowledged_bytes(fd) == before + 5; }));
  stream.shutdown_send();
  CHECK(eventually([&] { return !sock::has_unacknowledged(fd); }));
  CHECK(sock::acknowledged_bytes(fd) == before + 5);
}
