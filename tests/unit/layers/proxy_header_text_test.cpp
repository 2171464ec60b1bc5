// The line of version 1: what is nearly one is none.

#include <string>

#include "sock/proxy_header.hpp"
#include "support/catch.hpp"

namespace {

using namespace std::string_literals;
using State = sock::ParsedProxyHeader::State;

std::string why(const std::string& bytes) {
  return std::string(sock::parse_proxy_header(bytes).why);
}

}  // namespace

TEST_CASE("PROXY header: a line of UNKNOWN may say more, of at most 107 bytes") {
  const std::string longest =
      "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n";
  REQUIRE(longest.size() == 107);
  const auto parsed = sock::parse_proxy_header(longest + "text\n");
  REQUIRE(parsed.state == State::complete);
  CHECK(parsed.size == 107);
  CHECK_FALSE(parsed.header.source);
  CHECK(sock::parse_proxy_header(longest.substr(0, 106)).state == State::incomplete);
  const std::string longer = "PROXY UNKNOWN f" + longest.substr(14);
  CHECK(why(longer.substr(0, 107)) == "a header of version 1 without its line end");
  CHECK(why(longer) == "a header of version 1 without its line end");
}

TEST_CASE("PROXY header: nothing is guessed of a line that is nearly right") {
  for (const std::string& line : {"TCP4 198.51.100.7 192.0.2.1 1234"s,
                                  "TCP4 198.51.100.7 192.0.2.1 1234 443 "s,
                                  "TCP4 198.51.100.7 192.0.2.1 1234 443 5"s,
                                  "TCP4  198.51.100.7 192.0.2.1 1234 443"s,
                                  "TCP4 198.51.100.7 192.0.2.1 01234 443"s,
                                  "TCP4 198.51.100.7 192.0.2.1 1234 00"s,
                                  "TCP4 198.051.100.7 192.0.2.1 1234 443"s,
                                  "TCP4 198.51.100.7 192.0.2.1 65536 443"s,
                                  "TCP4 198.51.100.7 192.0.2.1 -1 443"s,
                                  "TCP4 198.51.100.7 192.0.2.1 +1 443"s,
                                  "TCP4 198.51.100.7 192.0.2.1 1234 "s,
                                  "TCP4 198.51.100 192.0.2.1 1234 443"s,
                                  "TCP4 198.51.100.7\0x 192.0.2.1 1234 443"s,
                                  "TCP4 ::1 ::1 1234 443"s,
                                  "TCP6 198.51.100.7 192.0.2.1 1234 443"s,
                                  "TCP6 ::1 fe80::1%lo 1234 443"s,
                                  "TCP6 ::1 1::2::3 1234 443"s,
                                  "TCP4 a b c d"s,
                                  "TCP4"s,
                                  ""s,
                                  " "s,
                                  "UNKNOWNS"s,
                                  "unknown"s,
                                  "tcp4 198.51.100.7 192.0.2.1 1234 443"s,
                                  "TCP5 198.51.100.7 192.0.2.1 1234 443"s,
                                  "TCP4\t198.51.100.7 192.0.2.1 1234 443"s}) {
    INFO(line);
    CHECK(why("PROXY " + line + "\r\n") == "a header of version 1 that is not one");
  }
  CHECK(why("PROXY UNKNOWN\n") == "a header of version 1 without its line end");
  CHECK(why("PROXY \n") == "a header of version 1 without its line end");
}
