#include "sockclient/characters.hpp"

#include <string>

#include "support/catch.hpp"

using namespace std::string_literals;
using namespace sockclient;

TEST_CASE("a key is a character or a whole escape sequence, and half of one waits") {
  for (const std::string key :
       {"a", "\t", "\r", "\x7f", "\xc3\xb1", "\xe6\x97\xa5", "\xf0\x9f\x98\x80", "\033[A", "\033OA",
        "\033[1;5C", "\033[200~", "\033[[A", "\033[3$", "\033x", "\033\xc3\xb1", "\033\033[A"}) {
    for (std::size_t cut = 1; cut < key.size(); ++cut) CHECK(key_size(key.substr(0, cut)) == 0);
    CHECK(key_size(key) == key.size());
    CHECK(key_size(key + "b") == key.size());
    CHECK(key_size(key + "\033") == key.size());
  }
}

TEST_CASE("what is no text, and what breaks a sequence off, takes nothing with it") {
  CHECK(key_size("\xff\r") == 1);
  CHECK(key_size("\xe9\r") == 1);
  CHECK(key_size("\xe2\x82\r") == 1);
  CHECK(key_size("\033[1;\r") == 4);
  CHECK(key_size("\033[\xc3\xb1") == 2);
  CHECK(key_size("\0a"s) == 1);
}

TEST_CASE("accents and joiners combine with what they follow, and with nothing else") {
  CHECK(combines("e", "\u0301"));
  CHECK(combines("e\u0301", "\u0323"));
  CHECK(combines("\u0e17", "\u0e35"));
  CHECK(combines("\U0001f469", "\u200d"));
  CHECK(combines("\U0001f469\u200d", "\U0001f467"));
  CHECK_FALSE(combines("", "\u0301"));
  CHECK_FALSE(combines("\t", "\u0301"));
  CHECK_FALSE(combines("e", "e"));
  CHECK_FALSE(combines("e", "\xff"));
  CHECK_FALSE(combines("\xff", "\u0301"));
  CHECK_FALSE(combines("\u202e", "\u0301"));
  CHECK_FALSE(combines("\U0001f469", "\U0001f467"));
}

TEST_CASE("a glyph tells its columns, and whether another would count as many") {
  const auto check = [](const std::string& character, const std::string& text, std::size_t width,
                        bool is_spelt, bool is_certain) {
    CAPTURE(character);
    const Glyph glyph = glyph_of(character);
    CHECK((glyph.text == text && glyph.width == width));
    CHECK((glyph.is_spelt == is_spelt && glyph.is_certain == is_certain));
  };
  check("a", "a", 1, false, true);
  check("\xc3\xb1", "\xc3\xb1", 1, false, true);
  check("\u65e5", "\u65e5", 2, false, true);
  check("\x01", "^A", 2, true, true);
  check("\033", "^[", 2, true, true);
  check("\x7f", "^?", 2, true, true);
  check("\xff", "\\xff", 4, true, true);
  check("\xc2\x9b", "\\x9b", 4, true, true);
  check("\u202e", "\\u202e", 6, true, true);
  check("e\u0301", "e\u0301", 1, false, false);
  check("\u0301", "\u0301", 0, false, false);
  check("\U0001f600", "\U0001f600", 2, false, false);
  check("\U0001fae9", "\U0001fae9", 2, false, false);  // younger than this system
  check("\U0001f469\u200d\U0001f467", "\U0001f469\u200d\U0001f467", 2, false, false);
}

TEST_CASE("where the locale has all letters, text stays as it is") {
  CHECK(in_locale("ma\u00f1ana \U0001f600 \\x9b\n") == "ma\u00f1ana \U0001f600 \\x9b\n");
}
