#include "program/shown_text.hpp"

#include <string>

#include "support/catch.hpp"

using namespace program;

namespace {

std::string json(std::string_view text) {
  EventLine line;
  CHECK(append_json(line, text));
  return std::string(line.text());
}

std::string cut(std::string_view text, std::size_t most) {
  EventLine line;
  CHECK(!append_json(line, text, most));
  return std::string(line.text());
}

std::string quoted(const std::string& text) {
  EventLine line;
  append_quoted(line, text);
  return std::string(line.text());
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
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

TEST_CASE("an escape beyond U+FFFF has two halves, and a flag of a region is left as it is") {
  CHECK(json("\xf3\xa0\x80\x81") == R"("\udb40\udc01")");
  const std::string wales = "\U0001f3f4\U000e0067\U000e007f";
  CHECK(json(wales) == '"' + wales + '"');
  CHECK(json("\U0001f3f4.\U000e007f") == "\"\U0001f3f4.\\udb40\\udc7f\"");
  CHECK(quoted(wales) == '"' + wales + '"');
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
  EventLine whole;
  CHECK(append_json(whole, "a€\n", 3));
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
