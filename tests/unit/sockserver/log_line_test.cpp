#include "log_line.hpp"

#include <string>

#include "support/catch.hpp"

using namespace sockserver;

namespace {

std::string quoted(const std::string& text) {
  LogLine line;
  append_quoted(line, text);
  return std::string(line.text());
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("a line is made of parts and ends in a line end") {
  LogLine line;
  line.append("#{} ", 7);
  line.append("connected");
  CHECK(line.text() == "#7 connected");
  CHECK(line.finish() == "#7 connected\n");
}

TEST_CASE("a line is cut so that it fits with its end") {
  for (const std::size_t size : {4094U, 4095U, 4096U, 100'000U}) {
    const std::string text(size, 'x');
    const std::string expected = text.substr(0, 4095) + "\n";
    LogLine appended;
    appended.append(text);
    CHECK(appended.finish() == expected);
    LogLine formatted;
    formatted.append("{}", text);
    formatted.append("{}", text.substr(0, 1));
    CHECK(formatted.finish() == (text + "x").substr(0, 4095) + "\n");
  }
}

TEST_CASE("a peer's text is quoted and escaped") {
  CHECK(quoted("") == "\"\"");
  CHECK(quoted("hola") == "\"hola\"");
  CHECK(quoted("qué tal\t€") == "\"qué tal\t€\"");
  CHECK(quoted("a\x1b[2J\xff\n") == "\"a\\x1b[2J\\xff\\x0a\"");
  CHECK(quoted("\xe2\x80\xae") == "\"\\u202e\"");
}

TEST_CASE("a peer's text is cut at 200 characters, of whatever size") {
  for (const char* one : {"x", "ñ", "€", "😀"}) {
    CHECK(quoted(repeated(one, 200)) == "\"" + repeated(one, 200) + "\"");
    const std::string more = repeated(one, 201);
    CHECK(quoted(more) ==
          "\"" + repeated(one, 200) + "\"... (" + std::to_string(more.size()) + " bytes)");
    const std::string mixed = repeated(one, 100) + "-" + repeated(one, 99);
    CHECK(quoted(mixed) == "\"" + mixed + "\"");
    CHECK(quoted(mixed + one).find(mixed + "\"... (") == 1);
  }
}

TEST_CASE("what an escape takes on the line counts") {
  CHECK(quoted(std::string(50, '\x1b')) == "\"" + repeated("\\x1b", 50) + "\"");
  CHECK(quoted(std::string(51, '\x1b')) == "\"" + repeated("\\x1b", 50) + "\"... (51 bytes)");
  CHECK(quoted(std::string(60'000, '\xff')) ==
        "\"" + repeated("\\xff", 50) + "\"... (60000 bytes)");
}
