// The headers of the public specification (haproxy, doc/proxy-protocol.txt), written by hand.
// What is wrong with a line of version 1 is in proxy_header_text_test.cpp.

#include "sock/proxy_header.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/cuts.hpp"

namespace {

using namespace std::string_literals;
using sock::Endpoint;
using sock::ProxyHeader;
using sock::Transport;
using State = sock::ParsedProxyHeader::State;

const std::string signature = "\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a"s;

// A path as it stands in a header: with zeros up to its 108 bytes.
std::string padded(std::string path) {
  path.resize(108, '\0');
  return path;
}

std::string binary(const std::string& command_and_kind, const std::string& rest) {
  return signature + command_and_kind + static_cast<char>(rest.size() >> 8) +
         static_cast<char>(rest.size()) + rest;
}

struct Good {
  std::string bytes;
  ProxyHeader header;
};

Good good(std::string bytes, int version, const Endpoint& source, const Endpoint& destination) {
  return {std::move(bytes), {.version = version, .source = source, .destination = destination}};
}

const std::string ipv6_bytes =
    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"
    "\xff\xff\0\x01"s;

// One of each kind, as to_bytes() writes it too.
const std::vector<Good>& goods() {
  static const std::vector<Good> all{
      good("PROXY TCP4 198.51.100.7 192.0.2.1 1234 443\r\n", 1, {"198.51.100.7", 1234},
           {"192.0.2.1", 443}),
      good("PROXY TCP4 255.255.255.255 0.0.0.0 65535 0\r\n", 1, {"255.255.255.255", 65535},
           {"0.0.0.0", 0}),
      good("PROXY TCP6 2001:db8::7 ::1 1234 443\r\n", 1, {"2001:db8::7", 1234}, {"::1", 443}),
      {"PROXY UNKNOWN\r\n", {.version = 1}},
      {signature + "\x20\x00\x00\x00"s, {.version = 2}},
      good(signature + "\x21\x11\x00\x0c\xc6\x33\x64\x07\xc0\x00\x02\x01\x04\xd2\x01\xbb"s, 2,
           {"198.51.100.7", 1234}, {"192.0.2.1", 443}),
      good(signature + "\x21\x12\x00\x0c\xc6\x33\x64\x07\xc0\x00\x02\x01\x04\xd2\x01\xbb"s, 2,
           {.address = "198.51.100.7", .port = 1234, .transport = Transport::udp},
           {.address = "192.0.2.1", .port = 443, .transport = Transport::udp}),
      good(signature + "\x21\x21\x00\x24"s + ipv6_bytes, 2, {"2001:db8::7", 65535}, {"::1", 1}),
      good(signature + "\x21\x22\x00\x24"s + ipv6_bytes, 2,
           {.address = "2001:db8::7", .port = 65535, .transport = Transport::udp},
           {.address = "::1", .port = 1, .transport = Transport::udp}),
      good(signature + "\x21\x31\x00\xd8"s + padded("/run/ana") + padded("\0server"s), 2,
           {.address = "/run/ana", .transport = Transport::local},
           {.address = "@server", .transport = Transport::local}),
      good(signature + "\x21\x31\x00\xd8"s + padded("") + std::string(108, 'p'), 2,
           {.transport = Transport::local},
           {.address = std::string(108, 'p'), .transport = Transport::local}),
  };
  return all;
}

bool is_same(const ProxyHeader& one, const ProxyHeader& other) {
  return one.version == other.version && one.source == other.source &&
         one.destination == other.destination && one.extras.size() == other.extras.size();
}

std::string why(const std::string& bytes) {
  const auto parsed = sock::parse_proxy_header(bytes);
  return parsed.state == State::wrong ? std::string(parsed.why) : "not wrong";
}

}  // namespace

TEST_CASE("PROXY header: each kind is read, whatever comes behind it") {
  for (const auto& [bytes, header] : goods()) {
    for (const std::string& behind : {""s, "x"s, "\r\n"s, bytes, std::string(5000, '\n')}) {
      const auto parsed = sock::parse_proxy_header(bytes + behind);
      REQUIRE(parsed.state == State::complete);
      CHECK(parsed.size == bytes.size());
      CHECK(is_same(parsed.header, header));
    }
  }
}

TEST_CASE("PROXY header: each kind is written as the specification has it") {
  for (const auto& [bytes, header] : goods()) CHECK(to_bytes(header) == bytes);
  const Endpoint udp{.address = "192.0.2.1", .transport = Transport::udp};
  CHECK(sock::to_bytes({.version = 1, .source = udp, .destination = udp}) == "PROXY UNKNOWN\r\n");
}

TEST_CASE("PROXY header: whatever it begins with is incomplete, never wrong") {
  for (const auto& [bytes, header] : goods()) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      REQUIRE(sock::parse_proxy_header(bytes.substr(0, size)).state == State::incomplete);
    }
  }
}

TEST_CASE("PROXY header: the extras of version 2") {
  ProxyHeader header = goods()[5].header;
  header.extras = {
      {0x01, "h2"}, {0x02, "example.org"}, {0x04, ""}, {0x20, "\x01\0\0\0\0"s}, {0xe0, "a\nb"}};
  const std::string bytes = to_bytes(header);
  CHECK(bytes.substr(13, 3) == "\x11\0\x30"s);
  CHECK(bytes.substr(28) ==
        "\x01\0\x02h2\x02\0\x0b"
        "example.org\x04\0\0\x20\0\x05\x01\0\0\0\0"
        "\xe0\0\x03"
        "a\nb"s);
  const auto parsed = sock::parse_proxy_header(bytes + "text");
  REQUIRE(parsed.state == State::complete);
  CHECK(parsed.size == bytes.size());
  REQUIRE(parsed.header.extras.size() == 5);
  std::string words;
  for (const auto& extra : parsed.header.extras) words += to_string(extra) + ", ";
  CHECK(words ==
        "alpn \"h2\", authority \"example.org\", noop \"\", ssl \"\\x01\\x00\\x00\\x00\\x00\", "
        "type 224 \"a\\x0ab\", ");
}

TEST_CASE("PROXY header: extras that are cut off are wrong") {
  const std::string addresses = goods()[5].bytes.substr(16);
  for (const std::string& extra : {"\x04"s, "\x04\0"s, "\x04\0\x01"s,
                                   "\x04\xff\xff"
                                   "abc"s,
                                   "\x04\0\x01"
                                   "a\x04"s}) {
    CHECK(why(binary("\x21\x11", addresses + extra)) == "a header of version 2 that is cut off");
  }
}

TEST_CASE("PROXY header: a checksum must be the right one, wherever it stands") {
  const std::string addresses = goods()[5].bytes.substr(16);
  // CRC-32C of the whole with zeros in place of the sum, reckoned apart.
  const std::string first =
      "\x03\0\x04\x34\xce\xe2\x33"
      "\x02\0\x01"
      "a"s;
  const std::string last =
      "\x02\0\x01"
      "a"
      "\x03\0\x04\xb0\x5a\xb2\x7a"s;
  for (const auto& extras : {first, last}) {
    const std::string bytes = binary("\x21\x11", addresses + extras);
    CHECK(sock::parse_proxy_header(bytes).state == State::complete);
    const std::size_t sum = bytes.find('\x03', 28) + 3;
    for (const std::size_t at : {std::size_t{16}, std::size_t{27}, bytes.find('a'), sum, sum + 3}) {
      std::string flipped = bytes;
      flipped[at] = static_cast<char>(flipped[at] ^ 1);
      CHECK(why(flipped) == "a header of version 2 with a wrong checksum");
    }
  }
  const std::string short_one = binary("\x21\x11", addresses +
                                                       "\x03\0\x03"
                                                       "abc"s);
  CHECK(why(short_one) == "a header of version 2 with a wrong checksum");
}

TEST_CASE("PROXY header: a header without its addresses is wrong, of all kinds that have some") {
  for (const std::string& kind : {"\x11"s, "\x12"s, "\x21"s, "\x22"s, "\x31"s}) {
    CHECK(why(binary("\x21" + kind, std::string(11, 'x'))) ==
          "a header of version 2 without its addresses");
    CHECK(why(binary("\x21" + kind, "")) == "a header of version 2 without its addresses");
  }
}

TEST_CASE("PROXY header: what speaks for nobody is skipped, of whatever length") {
  for (const std::string& begin :
       {"\x20\x00"s, "\x20\x11"s, "\x20\xff"s, "\x21\x00"s, "\x21\x32"s}) {
    for (const std::size_t size : {0, 1, 12, 300, 4080}) {
      const std::string bytes = binary(begin, std::string(size, '\xff'));
      const auto parsed = sock::parse_proxy_header(bytes + "text");
      REQUIRE(parsed.state == State::complete);
      CHECK(parsed.size == bytes.size());
      CHECK_FALSE(parsed.header.source);
    }
  }
}

TEST_CASE("PROXY header: commands, versions and kinds that are not known are wrong") {
  for (const std::string& command : {"\x22"s, "\x2f"s, "\x11"s, "\x31"s, "\x01"s, "\xff"s}) {
    CHECK(why(binary(command + "\x11", std::string(12, 'x'))) ==
          "a header of a version or command that is not known");
  }
  for (const std::string& kind : {"\x41"s, "\x13"s, "\x33"s, "\xff"s, "\x03"s, "\xf0"s}) {
    CHECK(why(binary("\x21" + kind, std::string(300, 'x'))) ==
          "a header of version 2 with addresses of a kind that is not known");
  }
}

TEST_CASE("PROXY header: more than 4096 bytes are not read") {
  CHECK(sock::parse_proxy_header(binary("\x20\0"s, std::string(4080, 'x'))).state ==
        State::complete);
  CHECK(why(binary("\x20\0"s, std::string(4081, 'x'))) == "a header of more than 4096 bytes");
  CHECK(why(signature + "\x20\x00\xff\xff"s) == "a header of more than 4096 bytes");
}

TEST_CASE("PROXY header: whatever begins otherwise is no header, at its first byte that tells") {
  for (const std::string& bytes : {"GET / HTTP/1.1\r\n"s, "p"s, "PROXYTCP4 "s, "PROXY\r\n"s,
                                   "\r\n\r\n\n"s, "\r\rA"s, "\n"s, "\0"s, "\x16\x03\x01"s}) {
    CHECK(why(bytes) == "no PROXY header");
  }
}
