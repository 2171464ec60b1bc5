#include "sockclient/script_file.hpp"

#include "support/catch.hpp"

using namespace sockclient;
using namespace std::chrono_literals;
using Kind = ScriptStep::Kind;

TEST_CASE("a script has one step a line; blank lines and comments are none") {
  const auto steps = parse_script(
      "send hola\n\n# a comment\n  recv\r\nexpect pues hola \nmatch ^\\* w\n\tpause 2s\nclose",
      "f");
  REQUIRE(steps.size() == 6);
  CHECK(steps[0].kind == Kind::send);
  CHECK(steps[0].text == "hola");
  CHECK(steps[0].where == "f:1");
  CHECK(steps[1].kind == Kind::recv);
  CHECK(steps[1].where == "f:4");
  CHECK(steps[2].kind == Kind::expect);
  CHECK(steps[2].text == "pues hola ");
  CHECK(steps[3].kind == Kind::match);
  CHECK(steps[3].pattern->matches("* welcome"));
  CHECK(steps[4].kind == Kind::pause);
  CHECK(steps[4].pause == 2s);
  CHECK(steps[5].kind == Kind::close);
  CHECK(steps[5].where == "f:8");
}

TEST_CASE("the text of a step is all that stands behind one blank") {
  const auto steps = parse_script("send\nsend \nsend  two\nsend # three\n", "f");
  REQUIRE(steps.size() == 4);
  CHECK(steps[0].text.empty());
  CHECK(steps[1].text.empty());
  CHECK(steps[2].text == " two");
  CHECK(steps[3].text == "# three");
}

TEST_CASE("a byte order mark before the first line is none of it") {
  const auto steps = parse_script("\xef\xbb\xbfsend hola\n", "f");
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].kind == Kind::send);
  CHECK(parse_script("\xef\xbb\xbf", "f").empty());
}

TEST_CASE("a script can have no steps") {
  for (const auto* text : {"", "\n", "# nothing", "\r\n\r\n"}) {
    CHECK(parse_script(text, "f").empty());
  }
}

TEST_CASE("what is wrong in a script is told with its line") {
  const auto complaint = [](std::string_view text) -> std::string {
    try {
      check_close(parse_script(text, "f"));
      return {};
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
  };
  CHECK(complaint("recv\nsned x\n") ==
        "f:2: \"sned\" is not one of send, recv, expect, match, pause, close");
  CHECK(complaint("SEND x") ==
        "f:1: \"SEND\" is not one of send, recv, expect, match, pause, close");
  CHECK(complaint("recv x") == "f:1: recv: takes no value");
  CHECK(complaint("pause") == "f:1: pause: \"\" is not a time (like 500ms, 5s, 2m, 1h)");
  CHECK(complaint("send y\nclose").empty());
  CHECK(complaint("send y\nclose\n#\nsend x") == "f:2: nothing can follow close");
  CHECK(complaint("\nmatch (") == "f:2: \"(\": Unmatched ( or \\(");
  CHECK(complaint("\x1b[2J") ==
        "f:1: \"\\x1b[2J\" is not one of send, recv, expect, match, pause, close");
}
