#include "sock/endpoint.hpp"

#include "support/catch.hpp"

TEST_CASE("an endpoint is written with its port, and IPv6 in brackets") {
  CHECK(to_string(sock::Endpoint{"127.0.0.1", 9999}) == "127.0.0.1:9999");
  CHECK(to_string(sock::Endpoint{"::1", 80}) == "[::1]:80");
}

TEST_CASE("an endpoint of this machine is written with its path, and who is there") {
  using sock::Transport;
  CHECK(to_string(sock::Endpoint{"/tmp/s", 0, Transport::local}) == "unix:/tmp/s");
  CHECK(to_string(sock::Endpoint{"", 0, Transport::local}) == "unix");
  CHECK(to_string(sock::Endpoint{"", 0, Transport::local, 4711, 1000}) ==
        "unix (pid 4711, uid 1000)");
  CHECK(to_string(sock::Endpoint{"@s", 0, Transport::local, 0, 0}) == "unix:@s (uid 0)");
}
