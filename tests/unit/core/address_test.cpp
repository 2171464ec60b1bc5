#include "sock/address.hpp"

#include <stdexcept>
#include <string>

#include "support/catch.hpp"

using sock::Address;
using sock::parse_address;

TEST_CASE("an address is read as users write it") {
  CHECK(parse_address("9999") == Address{.host = "localhost", .port = 9999});
  CHECK(parse_address("example.org:80") == Address{.host = "example.org", .port = 80});
  CHECK(parse_address("127.0.0.1:0") == Address{.host = "127.0.0.1", .port = 0});
  CHECK(parse_address("[::1]:65535") == Address{.host = "[::1]", .port = 65535});
  CHECK(parse_address("*:9999") == Address{.host = "*", .port = 9999});
  CHECK(parse_address("unix:/tmp/chat") == Address{.path = "/tmp/chat"});
  CHECK(parse_address("unix:chat:1") == Address{.path = "chat:1"});
  CHECK(parse_address("unix:@chat") == Address{.path = "@chat"});
}

TEST_CASE("what is no address is refused with the reason") {
  const auto reason = [](const std::string& text) {
    try {
      parse_address(text);
      return std::string("none");
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
  };
  CHECK(reason("") == "\"\" is not a port (0 to 65535)");
  CHECK(reason("localhost") == "\"localhost\" is not a port (0 to 65535)");
  CHECK(reason("localhost:") == "\"\" is not a port (0 to 65535)");
  CHECK(reason("localhost:65536") == "\"65536\" is not a port (0 to 65535)");
  CHECK(reason("localhost:-1") == "\"-1\" is not a port (0 to 65535)");
  CHECK(reason("localhost: 1") == "\" 1\" is not a port (0 to 65535)");
  CHECK(reason("localhost:1x") == "\"1x\" is not a port (0 to 65535)");
  CHECK(reason(":9999") == "no host stands before the port (all: *)");
  CHECK(reason("::1:9999") == "an IPv6 address stands in brackets: [::1]:9999");
  CHECK(reason("[::1:9999") == "an IPv6 address stands in brackets: [::1]:9999");
  CHECK(reason("::1]:9999") == "an IPv6 address stands in brackets: [::1]:9999");
  CHECK(reason("/tmp/chat") == "a path is written unix:/tmp/chat");
  CHECK(reason("unix:") == "unix: has no path");
  CHECK(reason("unix:@") == "unix:@ has no name");
  CHECK(reason("unix:" + std::string(107, 'x')) == "none");
  CHECK(reason("unix:" + std::string(108, 'x')) == "the path has 108 bytes, and can have 107");
  CHECK(reason(std::string("unix:a\0b", 8)) == "the path has a NUL in it");
}

TEST_CASE("an address is told as it stands in messages") {
  CHECK(to_string(Address{.host = "example.org", .port = 80}) == "example.org port 80");
  CHECK(to_string(Address{.path = "/tmp/chat"}) == "unix:/tmp/chat");
}
