#include "sock/endpoint.hpp"

#include "support/catch.hpp"

TEST_CASE("an endpoint is written with its port, and IPv6 in brackets") {
  CHECK(to_string(sock::Endpoint{"127.0.0.1", 9999}) == "127.0.0.1:9999");
  CHECK(to_string(sock::Endpoint{"::1", 80}) == "[::1]:80");
}
