#include "sock/listener.hpp"

#include "sock/stream.hpp"
#include "support/catch.hpp"

TEST_CASE("a listener on localhost accepts from both families on one port") {
  sock::Listener listener(0);
  for (const char* host : {"127.0.0.1", "::1"}) {
    auto client = sock::Stream::connect(host, listener.port());
    auto accepted = listener.accept();
    CHECK(accepted.remote().address == host);
    CHECK(accepted.remote() == client.local());
  }
}

TEST_CASE("a client that has gone before it was accepted does not disturb the next") {
  sock::Listener listener(0);
  sock::Stream::connect("localhost", listener.port()).close();
  auto client = sock::Stream::connect("localhost", listener.port());
  client.write("hola");
  auto first = listener.accept();
  CHECK(first.receive().empty());
  CHECK(listener.accept().receive() == "hola");
}
