#include "sockclient/style.hpp"

#include <string>

#include "support/catch.hpp"

using namespace sockclient;

namespace {

std::string styled(const std::string& line) {
  std::string out;
  append_styled(out, line);
  return out;
}

std::string bold(const std::string& text) { return "\x1b[1m" + text + "\x1b[0m"; }

}  // namespace

TEST_CASE("what the server says is dim") {
  CHECK(styled("* ana joined (3 here)") == "\x1b[2m* ana joined (3 here)\x1b[0m");
  CHECK(styled("* ana: hola") == "\x1b[2m* ana: hola\x1b[0m");
}

TEST_CASE("the name of who speaks is bold") {
  CHECK(styled("ana: hola") == bold("ana") + ": hola");
  CHECK(styled("7.a_b-C: x: y") == bold("7.a_b-C") + ": x: y");
  CHECK(styled("abcdefghijklmnop: x") == bold("abcdefghijklmnop") + ": x");
  CHECK(styled("ana -> you: hola") == bold("ana") + " -> you: hola");
}

TEST_CASE("no other line is styled") {
  for (const std::string line : {"",
                                 "*",
                                 "*x",
                                 " * x",
                                 "hola",
                                 "ana:",
                                 "ana:hola",
                                 ": x",
                                 " ana: x",
                                 "-ana: x",
                                 ".ana: x",
                                 "_ana: x",
                                 "abcdefghijklmnopq: x",
                                 "a b: x",
                                 "a*b: x",
                                 "\xc3\xb1: x",
                                 "ana -> you:",
                                 "ana -> you:x",
                                 "ana -> eva: x",
                                 "ana  -> you: x",
                                 "ana -> you",
                                 "\\x1bana: x"}) {
    CHECK(styled(line) == line);
  }
}
