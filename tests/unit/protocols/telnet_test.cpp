// What a telnet client sends besides text, in a chat: each script whole and cut at every byte.

#include <memory>
#include <string>
#include <string_view>

#include "sock/service.hpp"
#include "support/catch.hpp"
#include "support/chatter.hpp"
#include "support/cuts.hpp"

namespace {

using namespace std::string_literals;

struct Script {
  std::string typed;
  std::string answer;
  std::string heard;
};

// What the one who types is answered, and what another hears.
void play(const Script& script, sock::Framing framing = sock::Framing::automatic) {
  for (const auto& reads : every_cut(script.typed)) {
    const auto room = sock::find_service("chat")->make({.framing = framing});
    Chatter leo(*room), eva(*room);
    leo.hears();
    std::string answer;
    for (const auto read : reads) answer += leo.types(read);
    CAPTURE(script.typed, reads);
    CHECK(answer == script.answer);
    CHECK(eva.hears() == script.heard);
  }
}

}  // namespace

TEST_CASE("what telnet sends besides text is not part of what was typed in a chat") {
  const std::string said = "guest1: hola\n";
  const Script scripts[] = {
      {"ho\xff\xf1la\n", "", said},                                // NOP
      {"\xff\xf4\xff\xf2hola\r\n", "", said},                      // IP, DM
      {"ho\xff\xecla\n", "", said},                                // EOF of RFC 1184
      {"hol\xff\xfc\x03\xff\xfe\x1f"s + "a\n", "", said},          // WONT, DONT
      {"ho\xff\xfa\x1f\0\x50\0\x0a\xff\xf0la\n"s, "", said},       // a window's size, 10 rows
      {"ho\xff\xfa\x18\xff\xff\xff\xf0la\n", "", said},            // IAC IAC in it
      {"hola\xff\xfa\x18zz\xff\xf1\n", "", said},                  // without its end
      {"hola\xff\xfa\x18zz\xff\xfd\x06\n", "\xff\xfc\x06", said},  // and a request in place of it
      {"hola\n\xff\xfb", "", said},
  };
  for (const auto& script : scripts) play(script);
}

TEST_CASE("every option that telnet wants is refused once in a chat, and no refusal is answered") {
  play({"\xff\xf4\xff\xfd\x06", "\xff\xfc\x06", ""});  // Ctrl-C: IP, DO TIMING-MARK
  play({"\xff\xfb\x1f\xff\xfb\x20\xff\xfb\x18\xff\xfb\x27\xff\xfd\x01\xff\xfb\x03\xff\xfd\x03",
        "\xff\xfe\x1f\xff\xfe\x20\xff\xfe\x18\xff\xfe\x27\xff\xfc\x01\xff\xfe\x03\xff\xfc\x03",
        ""});  // how PuTTY begins
  play({"\xff\xfc\x06\xff\xfe\x06", "", ""});
  play({"/msg\n\xff\xfd\x06/msg\n",
        "* usage: /msg NAME TEXT\n\xff\xfc\x06* usage: /msg NAME TEXT\n", ""});
}

TEST_CASE("a byte 0xFF that is text stays visible in a chat") {
  play({"a\xff\xff"s + "b\n", "", "guest1: a\\xffb\n"});
  play({"\xff\n", "", "guest1: \\xff\n"});
  play({"\xff\xc3\xb1\n", "", "guest1: \\xff\xc3\xb1\n"});
  play({"a\xff"s + "a\n", "", "guest1: a\\xffa\n"});
}

TEST_CASE("CR NUL ends a line of a chat, and a NUL elsewhere is text") {
  play({"hola\r\0que\r\0"s, "", "guest1: hola\nguest1: que\n"});
  play({"a\0b\r\n\0\n"s, "", "guest1: a\\x00b\nguest1: \\x00\n"});
  play({"a\rb\n", "", "guest1: a\\x0db\n"});
}

TEST_CASE("a byte order mark before the first message of a chat is no part of it") {
  const std::string mark = "\xef\xbb\xbf";
  play({mark + "hola\n", "", "guest1: hola\n"});
  play({"\xff\xfd\x03" + mark + "/msg\n", "\xff\xfc\x03* usage: /msg NAME TEXT\n", ""});
  play({"hola\n" + mark + "que\n", "", "guest1: hola\nguest1: \\ufeffque\n"});
  play({mark + mark + "hola\n", "", "guest1: \\ufeffhola\n"});
}

TEST_CASE("half of a private message behind a byte order mark is not heard after a silence") {
  const auto room = sock::find_service("chat")->make({});
  for (const std::string typed : {"\xef\xbb\xbf/msg guest1 se", "\xef\xbb", "\xef\xbb\xbf"}) {
    Chatter eva(*room), leo(*room);
    eva.hears();
    std::string out;
    CAPTURE(typed);
    CHECK(leo.session().on_bytes(typed, out).silence.count() == 0);
    eva.ends(sock::End::peer_closed);
    leo.ends(sock::End::peer_closed);
  }
  Chatter leo(*room);
  std::string out;
  CHECK(leo.session().on_bytes("\xff\xf1hola\xff\xf1", out).silence.count() > 0);
}

TEST_CASE("more telnet lines than one call takes keep their order and their answers") {
  const auto room = sock::find_service("chat")->make({});
  Chatter leo(*room), eva(*room);
  std::string typed;
  std::string answers;
  std::string heard;
  for (int i = 0; i < 300; ++i) {
    typed += "l\xff\xfd\x06\xff\xf1" + std::to_string(i) + "\r\0"s;
    answers += "\xff\xfc\x06";
    heard += "guest1: l" + std::to_string(i) + "\n";
  }
  leo.hears();
  std::string first;
  const auto step = leo.session().on_bytes(typed, first);
  CHECK(step.consumed < typed.size());
  CHECK(first + leo.types(std::string_view(typed).substr(step.consumed)) == answers);
  CHECK(eva.hears() == heard);
}
