#include "json_text.hpp"

#include <string>

#include "support/catch.hpp"

using namespace sockserver;

namespace {

std::string json(std::string_view text) {
  LogLine line;
  CHECK(append_json(line, text));
  return std::string(line.text());
}

std::string cut(std::string_view text, std::size_t most) {
  LogLine line;
  CHECK(!append_json(line, text, most));
  return std::string(line.text());
}

}  // namespace

TEST_CASE("plain text is a JSON string as it is") {
  CHECK(json("") == R"("")");
  CHECK(json("Hola que tal") == R"("Hola que tal")");
  CHECK(json("qué tal € 😀") == R"("qué tal € 😀")");
}

TEST_CASE("what means something in JSON is escaped") {
  CHECK(json(R"(say "a\b")") == R"("say \"a\\b\"")");
  CHECK(json("a\n\r\tb") == R"("a\n\r\tb")");
  CHECK(json(std::string_view("\0\x1b\x1f\x7f", 4)) == R"("\u0000\u001b\u001f\u007f")");
}

TEST_CASE("what harms a terminal is escaped") {
  CHECK(json("\xc2\x85") == R"("\u0085")");
  CHECK(json("\xc2\xa0") == "\"\xc2\xa0\"");
  CHECK(json("\xe2\x80\xae\xe2\x80\xa8\xd8\x9c") == R"("\u202e\u2028\u061c")");
}

TEST_CASE("each byte that is not UTF-8 becomes U+FFFD") {
  CHECK(json("\xff") == R"("\ufffd")");
  CHECK(json("a\x80z") == R"("a\ufffdz")");
  CHECK(json("\xc2") == R"("\ufffd")");
  CHECK(json("\xc2\"") == R"("\ufffd\"")");
  CHECK(json("\xe2\x82") == R"("\ufffd\ufffd")");
  CHECK(json("\xe2\x82x") == R"("\ufffd\ufffdx")");
  CHECK(json("\xed\xa0\x80") == R"("\ufffd\ufffd\ufffd")");            // a surrogate
  CHECK(json("\xc0\xaf") == R"("\ufffd\ufffd")");                      // an overlong form
  CHECK(json("\xf4\x90\x80\x80") == R"("\ufffd\ufffd\ufffd\ufffd")");  // beyond U+10FFFF
  CHECK(json("\xff\xc3\xb1") == "\"\\ufffd\xc3\xb1\"");
}

TEST_CASE("characters are counted, not bytes or escapes") {
  CHECK(cut("abc", 2) == R"("ab")");
  CHECK(cut("\n\n\n", 2) == R"("\n\n")");
  CHECK(cut("a€b€", 3) == R"("a€b")");
  CHECK(cut("\xff\xff", 1) == R"("\ufffd")");
  CHECK(cut("x", 0) == R"("")");
  LogLine whole;
  CHECK(append_json(whole, "a€\n", 3));
}
