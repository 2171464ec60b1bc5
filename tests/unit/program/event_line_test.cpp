#include "program/event_line.hpp"

#include <string>

#include "support/catch.hpp"

using namespace program;

TEST_CASE("a line is made of parts and ends in a line end") {
  EventLine line;
  line.append("#{} ", 7);
  line.append("connected");
  CHECK(line.text() == "#7 connected");
  CHECK(line.finish() == "#7 connected\n");
}

TEST_CASE("a line is cut so that it fits with its end") {
  for (const std::size_t size : {4094U, 4095U, 4096U, 100'000U}) {
    const std::string text(size, 'x');
    const std::string expected = text.substr(0, 4095) + "\n";
    EventLine appended;
    appended.append(text);
    CHECK(appended.finish() == expected);
    EventLine formatted;
    formatted.append("{}", text);
    formatted.append("{}", text.substr(0, 1));
    CHECK(formatted.finish() == (text + "x").substr(0, 4095) + "\n");
  }
}
