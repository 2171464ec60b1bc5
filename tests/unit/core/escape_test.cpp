#include "sock/escape.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "support/catch.hpp"

using namespace std::string_literals;
using sock::escaped;

namespace {

std::string utf8(char32_t code) {
  const auto byte = [](char32_t value) { return static_cast<char>(value); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xC0 | code >> 6), byte(0x80 | (code & 0x3F))};
  if (code < 0x10000) {
    return {byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F))};
  }
  return {byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 0x3F)),
          byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F))};
}

std::string utf8(std::u32string_view codes) {
  std::string text;
  for (const char32_t code : codes) text += utf8(code);
  return text;
}

const std::string scotland = utf8(U"\U0001F3F4\U000E0067\U000E0062\U000E0073\U000E007F");

}  // namespace

TEST_CASE("what is fit to be shown is unchanged") {
  for (const auto& text :
       {""s, "hola, \"mundo\" \\x41"s, "a\tb"s, "\xc3\xb1\xe2\x82\xac\xf0\x9f\x98\x80"s,
        "\xc2\xa0\xef\xbf\xbd\xf4\x8f\xbf\xbf"s}) {
    CHECK(escaped(text) == text);
  }
}

TEST_CASE("control characters are shown as hexadecimal") {
  CHECK(escaped("\x1b[2J\a\r\n\0\x7f"s) == "\\x1b[2J\\x07\\x0d\\x0a\\x00\\x7f");
  CHECK(escaped("\xc2\x80\xc2\x9b\xc2\x9f") == "\\x80\\x9b\\x9f");
}

TEST_CASE("characters that turn the direction of writing or do not show are shown as their code") {
  CHECK(escaped(utf8(U"\u202e\u200b\ufeff\u061c\u2066")) == "\\u202e\\u200b\\ufeff\\u061c\\u2066");
  CHECK(escaped(utf8(U"\u00ad\u034f\u115f\u180e\u2028\u206f\u3164\uffa0\ufff9")) ==
        "\\u00ad\\u034f\\u115f\\u180e\\u2028\\u206f\\u3164\\uffa0\\ufff9");
  CHECK(escaped(utf8(U"\U0001d173\U000e0001\U000e0041\U000e0100")) ==
        "\\U0001d173\\U000e0001\\U000e0041\\U000e0100");
}

TEST_CASE("invisible characters that scripts and emoji need are unchanged") {
  for (const auto& text : {utf8(U"\u200c\u200d"), utf8(U"\u2764\ufe0f"), scotland + scotland}) {
    CHECK(escaped(text) == text);
  }
}

TEST_CASE("tags are unchanged directly behind a black flag only") {
  const std::string tag = utf8(U"\U000E0067");
  CHECK(escaped(tag) == "\\U000e0067");
  CHECK(escaped("a" + tag + scotland) == "a\\U000e0067" + scotland);
  CHECK(escaped(scotland + "a" + tag) == scotland + "a\\U000e0067");
  CHECK(escaped(scotland + "\n" + tag) == scotland + "\\x0a\\U000e0067");
  CHECK(escaped(scotland + "\xff" + tag) == scotland + "\\xff\\U000e0067");
  CHECK(escaped(scotland + utf8(U"\ufe0f") + tag) ==
        scotland + utf8(U"\ufe0f") + "\\U000e0067");                           // not directly
  CHECK(escaped(scotland + utf8(U"\U000e0001")) == scotland + "\\U000e0001");  // no tag of a flag
}

TEST_CASE("exactly the characters that must not be shown are escaped") {
  for (char32_t code = 0; code <= 0x10FFFF; ++code) {
    if (code >= 0xD800 && code <= 0xDFFF) continue;  // surrogates are no characters
    const std::string text = utf8(code);
    if ((escaped(text) != text) != sock::is_escaped(code)) FAIL("U+" << std::hex << +code);
  }
  CHECK_FALSE(sock::is_escaped('\t'));
  CHECK(sock::is_escaped(0x9F));
  CHECK_FALSE(sock::is_escaped(0xA0));
  CHECK(sock::is_escaped(0xE0000));
  CHECK(sock::is_escaped(0xE0FFF));
  CHECK_FALSE(sock::is_escaped(0xE1000));
}

TEST_CASE("a text in pieces is escaped as it is in one, wherever it is cut") {
  const std::string text = "hola" + scotland + utf8(U"\U000E0067\u202e\u00f1") + "\xff" + scotland;
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second) {
      sock::Escaper escaper;
      std::string shown;
      std::string held;
      for (const auto& piece : {text.substr(0, first), text.substr(first, second - first)}) {
        held += piece;
        const std::size_t whole = held.size() - sock::incomplete_utf8(held);
        escaper.append(shown, held.substr(0, whole));
        held.erase(0, whole);
      }
      escaper.append(shown, held + text.substr(second));
      if (shown != escaped(text)) FAIL("cut at " << first << " and " << second << ": " << shown);
    }
  }
}

TEST_CASE("bytes that are not UTF-8 are shown one by one") {
  CHECK(escaped("\xff\xfe"
                "a\x80") == "\\xff\\xfea\\x80");
  CHECK(escaped("\xc3(") == "\\xc3(");                           // no second byte
  CHECK(escaped("\xc0\x80") == "\\xc0\\x80");                    // overlong
  CHECK(escaped("\xe0\x80\x80") == "\\xe0\\x80\\x80");           // overlong
  CHECK(escaped("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // a surrogate
  CHECK(escaped("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // beyond U+10FFFF
  CHECK(escaped("\xe2\x82") == "\\xe2\\x82");                    // cut off
}

TEST_CASE("every possible pair of bytes is made harmless") {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string pair{static_cast<char>(a), static_cast<char>(b)};
      const bool harmless = std::ranges::all_of(escaped(pair), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7f) || c == '\t';
      });
      if (!harmless) FAIL("bytes " << a << " and " << b);
    }
  }
}
