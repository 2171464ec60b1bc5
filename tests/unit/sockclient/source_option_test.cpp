#include "sockclient/source_option.hpp"

#include "support/catch.hpp"

using namespace sockclient;

TEST_CASE("a source is a numeric address, with or without a port") {
  CHECK(parse_source("192.0.2.7") == sock::Endpoint{"192.0.2.7", 0});
  CHECK(parse_source("192.0.2.7:5000") == sock::Endpoint{"192.0.2.7", 5000});
  CHECK(parse_source("::1") == sock::Endpoint{"::1", 0});
  CHECK(parse_source("[::1]") == sock::Endpoint{"::1", 0});
  CHECK(parse_source("[fe80::1%lo]:65535") == sock::Endpoint{"fe80::1%lo", 65535});
}

TEST_CASE("anything else is no source") {
  for (const auto* text : {"", ":", "localhost", "9999", "192.0.2", "192.0.2.7:", "192.0.2.7:x",
                           "192.0.2.7:65536", "[::1", "[::1]5000", "[192.0.2.7]", "::1:99999"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_source(text).has_value());
  }
}
