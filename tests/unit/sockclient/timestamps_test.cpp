#include "sockclient/timestamps.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/cuts.hpp"

using namespace std::string_literals;
using namespace sockclient;

namespace {

void check_every_cut(const std::string& in, const std::string& out) {
  for (const auto& reads : every_cut(in)) {
    Timestamps timestamps([] { return "[T]"s; });
    std::string got;
    for (const auto read : reads) got += timestamps.stamp(read);
    CHECK(got == out);
  }
}

}  // namespace

TEST_CASE("the time is put once before every line, wherever the line is cut") {
  check_every_cut("ana: hola\neva: \r\n", "[T]ana: hola\n[T]eva: \r\n");
  check_every_cut("no end", "[T]no end");
}

TEST_CASE("an empty line has its time, and the end of the last one begins no other") {
  check_every_cut("\n\n", "[T]\n[T]\n");
  check_every_cut("a\n", "[T]a\n");
  check_every_cut("", "");
}

TEST_CASE("between the times every byte stays as it is") {
  check_every_cut("\0\r\xff\x1b[2J\nb\r"s, "[T]\0\r\xff\x1b[2J\n[T]b\r"s);
}

TEST_CASE("a line has the time at which it began") {
  std::string now = "1 ";
  Timestamps timestamps([&now] { return now; });
  CHECK(timestamps.stamp("a") == "1 a");
  now = "2 ";
  CHECK(timestamps.stamp("b\nc") == "b\n2 c");
}

TEST_CASE("the time here is hours, minutes and seconds") {
  const std::string time = local_time();
  REQUIRE(time.size() == 9);
  CHECK((time[2] == ':' && time[5] == ':' && time[8] == ' '));
}
