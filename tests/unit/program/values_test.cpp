#include "program/values.hpp"

#include <netdb.h>

#include <cstdint>
#include <optional>
#include <string>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using program::parse_duration;
using program::parse_number;
using program::parse_port;
using program::parse_size;

TEST_CASE("a duration has a unit, or is in seconds") {
  CHECK(parse_duration("500ms") == 500ms);
  CHECK(parse_duration("5s") == 5s);
  CHECK(parse_duration("2m") == 2min);
  CHECK(parse_duration("1h") == 1h);
  CHECK(parse_duration("7") == 7s);
  CHECK(parse_duration("0") == 0ms);
}

TEST_CASE("a duration may have a fraction, and only zero is zero") {
  CHECK(parse_duration("0.5") == 500ms);
  CHECK(parse_duration("1.5s") == 1500ms);
  CHECK(parse_duration("0.25m") == 15s);
  CHECK(parse_duration("0.0001") == 1ms);
  CHECK(parse_duration("0.000") == 0ms);
}

TEST_CASE("what is not a duration is rejected") {
  for (const char* text : {"", "s", "ms", "-5", "+5", "5 s", " 5", "5d", "1.", ".5", "1.s", "1e3",
                           "0x10", "1.2.3", "nan", "5S", "0.1234567890"}) {
    CAPTURE(text);
    CHECK(!parse_duration(text));
  }
}

TEST_CASE("a duration that no clock could hold is rejected") {
  CHECK(parse_duration("1000000h") == 1'000'000h);
  CHECK(!parse_duration("1000001h"));
  CHECK(!parse_duration("1000000.1h"));
  CHECK(!parse_duration("18446744073709551615"));
  CHECK(!parse_duration("99999999999999999999"));
}

TEST_CASE("a size counts in powers of 1024") {
  CHECK(parse_size("0") == 0U);
  CHECK(parse_size("4096") == 4096U);
  CHECK(parse_size("64K") == 65536U);
  CHECK(parse_size("64k") == 65536U);
  CHECK(parse_size("1M") == 1048576U);
  CHECK(parse_size("1G") == 1073741824U);
  CHECK(parse_size(std::to_string(PTRDIFF_MAX)) == PTRDIFF_MAX);
}

TEST_CASE("what is not a size, or too large for one, is rejected") {
  for (const char* text : {"", "K", "-1", "+1", "1.5K", "1KB", "1 K", "18446744073709551616",
                           "18446744073709551615", "18446744073709551615K", "17179869184G"}) {
    CAPTURE(text);
    CHECK(!parse_size(text));
  }
}

TEST_CASE("a size that memory cannot have is rejected") {
  CHECK(!parse_size(std::to_string(std::uint64_t{PTRDIFF_MAX} + 1)));
  for (const char* text : {"2G", "4G", "4294967295", "4294967296"}) {
    CAPTURE(text);
    CHECK(parse_size(text).has_value() == (PTRDIFF_MAX > INT32_MAX));
  }
}

TEST_CASE("a port is a number up to 65535") {
  CHECK(parse_port("0") == 0);
  CHECK(parse_port("65535") == 65535);
  for (const char* text :
       {"", "65536", "99999", "-1", "no-service", "80 ", "8O", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK(!parse_port(text));
  }
}

TEST_CASE("a port is also the name of a service, if this machine knows it") {
  const servent* const known = ::getservbyname("http", "tcp");
  CHECK(parse_port("http") == (known == nullptr ? std::nullopt : std::optional(80)));
}

TEST_CASE("a number is digits and nothing else") {
  CHECK(parse_number("12") == 12U);
  CHECK(!parse_number("12K"));
  CHECK(!parse_number(""));
}

TEST_CASE("durations are told in seconds, short ones in milliseconds") {
  CHECK(program::to_text(0ms) == "0 s");
  CHECK(program::to_text(500ms) == "500 ms");
  CHECK(program::to_text(5s) == "5 s");
  CHECK(program::to_text(4149ms) == "4.1 s");
  CHECK(program::to_text(2min) == "120 s");
}

TEST_CASE("sizes are told with at most one decimal") {
  CHECK(program::size_text(0) == "0 bytes");
  CHECK(program::size_text(1) == "1 byte");
  CHECK(program::size_text(9) == "9 bytes");
  CHECK(program::size_text(999) == "999 bytes");
  CHECK(program::size_text(57'300) == "57.3 kB");
  CHECK(program::size_text(999'999) == "1.0 MB");
  CHECK(program::size_text(3'400'000) == "3.4 MB");
  CHECK(program::size_text(UINT64_MAX) == "18.4 EB");
}
