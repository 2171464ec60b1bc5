#include "sockclient/screen.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "sock/escape.hpp"
#include "support/catch.hpp"
#include "support/cuts.hpp"

using namespace std::string_literals;
using namespace sockclient;
using Layout = Screen::Layout;
using Look = Screen::Look;

namespace {

std::string shown(Screen screen, const Reads& reads) {
  std::string out;
  for (const auto read : reads) out += screen.show(read);
  return out + screen.finish();
}

// As if every piece were waited for in vain.
std::string shown_in_pieces(Screen screen, const Reads& reads) {
  std::string out;
  for (const auto read : reads) {
    out += screen.show(read);
    out += screen.flush();
    CHECK_FALSE(screen.has_waiting());
  }
  return out + screen.finish();
}

void check_every_cut(Layout layout, const Look& look, const std::string& in,
                     const std::string& out) {
  for (const auto& reads : every_cut(in)) CHECK(shown(Screen(layout, look), reads) == out);
}

// Nothing in it but text, line ends and our own colours.
bool is_harmless(std::string text) {
  for (const std::string_view ours : {"\x1b[0m", "\x1b[1m", "\x1b[2m"}) {
    for (auto at = text.find(ours); at != text.npos; at = text.find(ours))
      text.erase(at, ours.size());
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  return sock::escaped(text) == text;
}

const Look plain{};
const Look raw{.raw = true};
const Look styled{.styled = true};
const Look timed{.time = [] { return "[T]"s; }};

// What would harm a terminal: the C0 and C1 controls alone, and sequences.
std::string harm() {
  std::string all =
      "\x1b[2J\x1b[H\x1b]0;title\a\x1b]2;title\x1b\\\x1bPq\x1b\\\x1b[?25l\x1b"
      "c\n"
      "ana\x1b[0m: \x9b\x9d\xc2\x9b"
      "31m\xc2\x9d"
      "0;title\xc2\x9c\r\r\n* \x1b[8m\b\n";
  for (int code = 0; code < 0xA0; ++code) {
    if (code == 0x20) code = 0x7F;
    if (code >= 0x80) all += '\xc2';
    all += static_cast<char>(code);
  }
  return all;
}

}  // namespace

TEST_CASE("LF and CR LF end a row, wherever they are cut") {
  for (const auto layout : {Layout::flowing, Layout::rows}) {
    check_every_cut(layout, plain, "one\ntwo\r\n\n\r\nlast\n", "one\ntwo\n\n\nlast\n");
  }
}

TEST_CASE("the end of a row that the peer left open is ours") {
  for (const auto layout : {Layout::flowing, Layout::rows}) {
    check_every_cut(layout, plain, "one\ntwo", "one\ntwo\n");
    check_every_cut(layout, plain, "two\xe2\x82", "two\\xe2\\x82\n");
    check_every_cut(layout, plain, "", "");
  }
}

TEST_CASE("characters stay whole, wherever they are cut") {
  const std::string text = "ni\xc3\xb1o \xe2\x82\xac \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80\n";
  for (const auto& look : {plain, raw, styled}) {
    check_every_cut(Layout::rows, look, text, text);
    check_every_cut(Layout::flowing, look, text, text);
    // Waited for or not: half a character is never shown.
    for (const auto& reads : every_cut(text)) {
      std::string rows = shown_in_pieces(Screen(Layout::rows, look), reads);
      rows.erase(std::remove(rows.begin(), rows.end(), '\n'), rows.end());
      CHECK(rows + "\n" == text);
    }
  }
}

TEST_CASE("a flowing line appears at once and goes on where it stopped") {
  Screen screen(Layout::flowing, plain);
  CHECK(screen.show("pues ") == "pues ");
  CHECK_FALSE(screen.has_waiting());
  CHECK(screen.show("hola\r") == "hola");
  CHECK(screen.show("\n") == "\n");
  CHECK(screen.finish().empty());
}

TEST_CASE("in rows the beginning of a line waits for its end") {
  Screen screen(Layout::rows, plain);
  CHECK(screen.show("one\npues ") == "one\n");
  CHECK(screen.has_waiting());
  CHECK(screen.show("hola\n") == "pues hola\n");
  CHECK_FALSE(screen.has_waiting());
}

TEST_CASE("in rows what has waited too long has a row, and what continues it starts another") {
  Screen screen(Layout::rows, plain);
  CHECK(screen.show("pues hola").empty());
  CHECK(screen.flush() == "pues hola\n");
  CHECK(screen.flush().empty());
  CHECK(screen.show(" otra vez\r").empty());
  CHECK(screen.flush() == " otra vez\n");
  CHECK_FALSE(screen.has_waiting());  // a CR alone
  CHECK(screen.show("\nnext\n") == "next\n");
  CHECK(screen.show("\n") == "\n");
}

TEST_CASE("in rows a line without end does not wait for ever") {
  Screen screen(Layout::rows, plain);
  const std::string text(100 * 1024, 'x');
  CHECK(screen.show(text) == text + "\n");
  CHECK_FALSE(screen.has_waiting());
  CHECK(screen.show("\n").empty());
}

TEST_CASE("a datagram has rows of its own, an empty one too") {
  for (const Layout layout : {Layout::flowing, Layout::rows}) {
    Screen screen(layout, {.whole = true, .time = timed.time});
    CHECK(screen.show("a") == "[T]a\n");
    CHECK(screen.show("") == "[T]\n");
    CHECK(screen.show("b\nc") == "[T]b\n[T]c\n");
    CHECK(screen.show("d\r\n") == "[T]d\n");
    CHECK(screen.show("\xc3") == "[T]\\xc3\n");
    CHECK(screen.show("\r") == "[T]\\x0d\n");
    CHECK_FALSE(screen.has_waiting());
    CHECK(screen.finish().empty());
  }
  CHECK(shown(Screen(Layout::exact, {.whole = true}), {"a", "", "b\n"}) == "ab\n");
}

TEST_CASE("without colour, text that is fit to be shown is unchanged") {
  const std::string text = "* welcome\nana: hola\nana -> you: \tx\nna\xc3\xb1o: x\n\nno end: \n";
  for (const auto& look : {plain, raw}) {
    check_every_cut(Layout::flowing, look, text, text);
    check_every_cut(Layout::rows, look, text, text);
  }
}

TEST_CASE("raw text is never changed, not even by colour") {
  const std::string text = "\x1b[1mbold\x1b[0m\n* x\nana: \xff\xc2\x9b\a\n";
  check_every_cut(Layout::rows, {.raw = true, .styled = true}, text, text);
}

TEST_CASE("whole lines of a chat are styled, wherever they are cut") {
  check_every_cut(Layout::rows, styled, "* hi\r\nana: a\x1b[2J\nhola\n",
                  "\x1b[2m* hi\x1b[0m\n\x1b[1mana\x1b[0m: a\\x1b[2J\nhola\n");
}

TEST_CASE("pieces of a line are not styled") {
  Screen screen(Layout::rows, styled);
  CHECK(screen.show("* hi").empty());
  CHECK(screen.flush() == "* hi\n");
  CHECK(screen.show("* there\nana: x\n") == "* there\n\x1b[1mana\x1b[0m: x\n");
}

TEST_CASE("the time is put once before every line, before its colour") {
  check_every_cut(Layout::flowing, timed, "one\r\n\ntwo", "[T]one\n[T]\n[T]two\n");
  check_every_cut(Layout::rows, {.styled = true, .time = timed.time}, "* hi\n\nx",
                  "[T]\x1b[2m* hi\x1b[0m\n[T]\n[T]x\n");
  check_every_cut(Layout::rows, {.raw = true, .time = timed.time}, "\x1b[1m\r\n\nx",
                  "[T]\x1b[1m\n[T]\n[T]x\n");
}

TEST_CASE("a line in several rows has one time") {
  CHECK(shown_in_pieces(Screen(Layout::rows, timed), {"one", " and", " more\n", "\xc3", "\xb1"}) ==
        "[T]one\n and\n more\n[T]\xc3\xb1\n");
}

TEST_CASE("nothing that a peer sends reaches the terminal as a control, wherever it is cut") {
  const std::string all = harm();
  for (const auto& reads : every_cut(all)) {
    for (const auto layout : {Layout::flowing, Layout::rows}) {
      for (const auto& look : {plain, styled, timed}) {
        CHECK(is_harmless(shown(Screen(layout, look), reads)));
        CHECK(is_harmless(shown_in_pieces(Screen(layout, look), reads)));
      }
    }
  }
}

TEST_CASE("where no terminal is, every byte stays as it is, with the time or without") {
  const std::string text = "\0\r\xff\x1b[2J\nb\r\n\na\r"s;
  check_every_cut(Layout::exact, plain, text, text);
  check_every_cut(Layout::exact, timed, text, "[T]\0\r\xff\x1b[2J\n[T]b\r\n[T]\n[T]a\r"s);
  check_every_cut(Layout::exact, timed, "a\n", "[T]a\n");
  check_every_cut(Layout::exact, timed, "", "");
}

TEST_CASE("a line has the time at which it began") {
  std::string now = "1 ";
  Screen screen(Layout::exact, {.time = [&now] { return now; }});
  CHECK(screen.show("a") == "1 a");
  now = "2 ";
  CHECK(screen.show("b\nc") == "b\n2 c");
}

TEST_CASE("the time here is hours, minutes and seconds") {
  const std::string time = local_time();
  REQUIRE(time.size() == 9);
  CHECK((time[2] == ':' && time[5] == ':' && time[8] == ' '));
}
