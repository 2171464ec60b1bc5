#include "sock/utf8.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include "support/catch.hpp"

using sock::first_utf8;
using sock::incomplete_utf8;

namespace {

struct Known {
  std::string_view bytes;
  char32_t code;
};

// The first and the last character of each size.
constexpr Known known[] = {
    {std::string_view("\0", 1), 0},
    {"\x7f", 0x7F},
    {"\xc2\x80", 0x80},
    {"\xdf\xbf", 0x7FF},
    {"\xe0\xa0\x80", 0x800},
    {"\xef\xbf\xbf", 0xFFFF},
    {"\xed\x9f\xbf", 0xD7FF},
    {"\xee\x80\x80", 0xE000},
    {"\xf0\x90\x80\x80", 0x10000},
    {"\xf4\x8f\xbf\xbf", 0x10FFFF},
};

}  // namespace

TEST_CASE("a character is read whole, whatever stands behind it") {
  for (const auto& [bytes, code] : known) {
    for (const char* rest : {"", "a", "\x80", "\xff"}) {
      const auto first = first_utf8(std::string(bytes) + rest);
      CHECK(first.code == code);
      CHECK(first.size == bytes.size());
    }
  }
}

TEST_CASE("a character that is cut off is none, and its bytes are incomplete") {
  for (const auto& [bytes, code] : known) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CHECK(first_utf8(bytes.substr(0, size)).size == 0);
      CHECK(incomplete_utf8(bytes.substr(0, size)) == size);
      CHECK(incomplete_utf8("a" + std::string(bytes.substr(0, size))) == size);
    }
    CHECK(incomplete_utf8(bytes) == 0);
  }
}

TEST_CASE("what is not UTF-8 is no character, and no more bytes can complete it") {
  for (const std::string_view bytes :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3(", "\xe0\x80", "\xe0\x9f\xbf", "\xe2(",
        "\xe2\x82(", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90", "\xf5", "\xff"}) {
    CHECK(first_utf8(bytes).size == 0);
    CHECK(incomplete_utf8(bytes) == 0);
  }
}
