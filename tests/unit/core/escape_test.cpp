#include "sock/escape.hpp"

#include <algorithm>
#include <string>

#include "support/catch.hpp"

using namespace std::string_literals;
using sock::escaped;

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
  CHECK(escaped("\xe2\x80\xae\xe2\x80\x8b\xef\xbb\xbf\xd8\x9c\xe2\x81\xa6") ==
        "\\u202e\\u200b\\ufeff\\u061c\\u2066");
  CHECK(escaped("\xe2\x80\x8c\xe2\x80\x8d") == "\xe2\x80\x8c\xe2\x80\x8d");  // joiners have a use
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
