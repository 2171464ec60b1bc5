#include "sockclient/pattern.hpp"

#include <stdexcept>

#include "support/catch.hpp"

using namespace sockclient;
using namespace std::string_literals;

TEST_CASE("a pattern fits to a part of a text, or to all of it") {
  CHECK(Pattern("o+l").matches("hoola"));
  CHECK_FALSE(Pattern("^o+l").matches("hoola"));
  CHECK(Pattern("^(pues )?hola$").matches("pues hola"));
  CHECK(Pattern("[[:digit:]]{3}").matches("no 123"));
  CHECK_FALSE(Pattern("a+b").matches("a+b"));
  CHECK(Pattern("").matches(""));
}

TEST_CASE("a pattern reads on behind a NUL, and copes with a long line") {
  CHECK(Pattern("b$").matches("a\0b"s));
  CHECK(Pattern("(x|y)*z$").matches(std::string(1'000'000, 'x') + "z"));
}

TEST_CASE("a bad pattern is named") {
  CHECK_THROWS_WITH(Pattern("a("), "\"a(\": Unmatched ( or \\(");
  CHECK_THROWS_AS(Pattern("a\0b"s), std::invalid_argument);
}
