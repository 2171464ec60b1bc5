#include <algorithm>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "dialogue.hpp"
#include "support/catch.hpp"

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr unsigned seeds = 40;  // each takes many times as long
#else
constexpr unsigned seeds = 400;
#endif

std::vector<std::string> split(const std::string& words) {
  std::vector<std::string> out;
  std::istringstream in(words);
  for (std::string word; std::getline(in, word, '|');) out.push_back(word);
  return out;
}

}  // namespace

TEST_CASE("what came stays on the screen, whatever is in the half-typed line") {
  struct Case {
    std::size_t columns;
    std::string typed;
    Rows shown;
  };
  const std::string e = "e\u0301";
  for (const auto& [columns, typed, shown] : std::vector<Case>{
           {20, times(14, "x") + "\t" + times(13, "y"), {"> " + times(14, "x"), times(13, "y")}},
           {20,
            times(13, "x") + "\t" + times(13, "y"),
            {"> " + times(13, "x") + " " + times(4, "y"), times(9, "y")}},
           {20, times(17, "x") + "\x16\x01" + "y", {"> " + times(17, "x") + "^", "Ay"}},
           {90, times(87, "x") + "\x16\x01" + "y", {"> " + times(87, "x") + "^", "Ay"}},
           {100, times(97, "x") + "\U0001fae9y", {"> " + times(97, "x"), "\U0001fae9y"}},
           {132, times(129, "x") + "日本", {"> " + times(129, "x"), "日本"}},
           {20, times(18, "x"), {"> " + times(18, "x")}},
           {20, times(30, e), {"> " + times(17, e), times(13, e)}},
           {20, "ภาษาไทย हिन्दी ที่นี่คือ", {"> ภาษาไทย हिन्दी ที่นี่คื", "อ"}},
           {20,
            times(17, "x") + "👩‍👩‍👧☺\ufe0f",
            {"> " + times(17, "x"), "👩‍👩‍👧☺\ufe0f"}},
           {5, "abcdefgh", {"> abc", "defgh"}}}) {
    for (const auto kind : {Kind::reflowing, Kind::keeping}) {
      CAPTURE(columns, typed);
      // As the terminals here take it: what follows a joiner is added, of the unknown is no
      // knowledge.
      char32_t before = 0;
      Dialogue dialogue(columns, 12, kind, [&](char32_t code) {
        const bool joins = std::exchange(before, code) == 0x200D || code == 0x200D;
        return joins ? 0 : code == 0x1FAE9 ? 2 : Emulator::system_width(code);
      });
      dialogue.type(typed);
      Rows wanted = shown;
      CHECK(dialogue.screen.rows() == wanted);
      for (const std::string line : {"one", "two", "three"}) {
        dialogue.arrive(line + "\n");
        wanted.insert(wanted.end() - static_cast<long>(shown.size()), line);
        CHECK(dialogue.screen.rows() == wanted);
      }
      std::string sent = typed;
      if (const auto quote = sent.find('\x16'); quote != sent.npos) sent.erase(quote, 1);
      dialogue.type("\r");
      CHECK(dialogue.sent == std::vector{sent});
      wanted.emplace_back(">");
      CHECK(dialogue.screen.rows() == wanted);
    }
  }
}

TEST_CASE("a terminal may count the columns of a character otherwise: no row above is touched") {
  for (const int width : {0, 1, 2}) {
    Dialogue dialogue(20, 10, Kind::reflowing, [&](char32_t code) {
      return code > 0x300 ? width : Emulator::system_width(code);
    });
    dialogue.arrive("one\ntwo\n")
        .type(times(40, "👩‍👩‍👧\u0301"))
        .arrive("three\n")
        .arrive("four\n");
    const auto rows = dialogue.screen.rows();
    CHECK(Rows(rows.begin(), rows.begin() + 4) == Rows{"one", "two", "three", "four"});
  }
}

TEST_CASE("the cursor stands where the next character goes") {
  Dialogue dialogue(10);
  dialogue.type("0123456789\x01");
  CHECK(dialogue.screen.cursor() == "0");
  dialogue.type(times(8, "\x06"));
  CHECK(dialogue.screen.cursor() == "8");
  dialogue.type("x\x05yz\x1b[D\x1b[D");
  CHECK(dialogue.screen.cursor() == "y");
  dialogue.type("\x7f");
  CHECK(dialogue.screen.rows() == Rows{"> 01234567", "x8yz"});
}

TEST_CASE("Ctrl-L leaves nothing on the screen but the line") {
  Dialogue dialogue;
  dialogue.arrive("one\n").type("hola\x0c");
  CHECK(dialogue.screen.on_screen() == Rows{"> hola"});
  CHECK(dialogue.screen.rows() == Rows{"one", "> hola"});
}

TEST_CASE("a terminal of another width keeps what came, whether it reflows or not") {
  for (const auto kind : {Kind::reflowing, Kind::keeping}) {
    for (const std::size_t columns : {20, 30, 40, 45, 59, 61, 70, 120}) {
      for (const std::size_t typed : {10, 58, 90, 118, 150}) {
        for (const bool answers : {true, false}) {
          CAPTURE(kind == Kind::keeping, columns, typed, answers);
          Dialogue dialogue(60, 20, kind);
          dialogue.arrive("one\ntwo\nthree\n").type(times(typed, "x")).resize(columns, 20, answers);
          dialogue.arrive("four\n");
          const auto rows = dialogue.screen.rows();
          CHECK(Rows(rows.begin(), rows.begin() + 3) == Rows{"one", "two", "three"});
          const std::string all = "> " + times(typed, "x");
          Rows wanted{"four"};
          for (std::size_t i = 0; i < all.size(); i += columns)
            wanted.push_back(all.substr(i, columns));
          REQUIRE(rows.size() >= wanted.size());
          CHECK(Rows(rows.end() - static_cast<long>(wanted.size()), rows.end()) == wanted);
          // Where the cursor tells what happened, nothing of the old line is left.
          const bool is_told = (typed + 2) % columns != std::min((typed + 2) % 60, columns - 1);
          if (answers && is_told) CHECK(rows.size() == 3 + wanted.size());
        }
      }
    }
  }
}

TEST_CASE("a line taller than the screen leaves no copy of itself above what comes") {
  Dialogue dialogue(10, 4);
  dialogue.type(times(8, "a") + times(10, "b") + times(10, "c") + times(10, "d") + times(10, "e") +
                "f");
  for (const std::string line : {"one\n", "two\n", "three\n"}) dialogue.arrive(line);
  CHECK(dialogue.screen.rows() ==
        Rows{"one", "two", "three", times(10, "c"), times(10, "d"), times(10, "e"), "f"});
  dialogue.type("\x01");
  CHECK(dialogue.screen.cursor() == "a");
  dialogue.arrive("four\n").type("\r");
  CHECK(dialogue.screen.rows() == Rows{"one", "two", "three", "four", "> " + times(8, "a"),
                                       times(10, "b"), times(10, "c"), times(10, "d"),
                                       times(10, "e"), "f", ">"});
}

TEST_CASE("no line that came is lost, whatever is typed, however wide the screen, from any seed") {
  const std::vector<std::string> keys = split(
      "a|b c|\t|\001|\005|\002|\006|\010|\013|\025|\027|\031|\024|\020|\016|\022|\007|\r|\026|\014|"
      "\033[A|\033[B|\033[C|\033[D|\033b|\033f|\033[5~|\033|[|\xe9|\xff|日本|\u00e9|e\u0301|"
      "👩‍👩‍👧|❤️|\U0001fae9|\u202e|हिन्दी|ภาษา|\177|\004|"
      "\033[200~|\033[201~|"
      "xxxxxxxxxxxxxxxxxxxxxxxxx|"
      "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy");
  for (unsigned seed = 0; seed < seeds; ++seed) {
    std::mt19937 random(seed);
    const auto any = [&random](std::size_t below) { return random() % below; };
    const auto kind = any(2) == 0 ? Kind::reflowing : Kind::keeping;
    const bool answers = any(2) == 0;
    const bool is_odd = any(3) == 0;  // another opinion on what is wide
    Dialogue dialogue(8 + any(60), 3 + any(12), kind, [is_odd](char32_t code) {
      const int width = Emulator::system_width(code);
      const bool is_doubtful = code >= 0x1F000 || width == 0;
      return is_odd && is_doubtful ? static_cast<int>(code % 3) : width;
    });
    std::size_t count = 0;
    for (int step = 0; step < 60; ++step) {
      const auto what = any(10);
      if (what < 6) {
        dialogue.type(times(what < 2 ? 1 + any(20) : 1, keys[any(keys.size())]));
      } else if (what < 9) {
        dialogue.arrive("#" + std::to_string(count++) + "|\n");
      } else {
        dialogue.resize(8 + any(60), 3 + any(12), answers);
      }
    }
    std::string all;
    for (const auto& row : dialogue.screen.rows()) all += row;
    std::size_t at = 0;
    for (std::size_t i = 0; i < count && at != all.npos; ++i) {
      at = all.find("#" + std::to_string(i) + "|", at);
    }
    CAPTURE(seed);
    CHECK(at != all.npos);
  }
}
