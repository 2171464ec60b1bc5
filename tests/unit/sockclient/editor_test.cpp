#include "sockclient/editor.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator.hpp"
#include "support/catch.hpp"

using namespace std::string_literals;
using namespace sockclient;

namespace {

using Rows = std::vector<std::string>;
using Kind = Emulator::Kind;

/// A person at a terminal: keys and arrivals in, a screen and lines out.
class Dialogue {
 public:
  explicit Dialogue(std::size_t columns = 20, std::size_t rows = 10, Kind kind = Kind::reflowing,
                    Emulator::WidthOf width_of = Emulator::system_width)
      : screen(columns, rows, kind, std::move(width_of)), editor_("> ", Editor::Style::drawn) {
    type("");
  }

  Dialogue& type(std::string_view keys) {
    editor_.type(keys);
    for (;;) {
      const auto event = editor_.next();
      if (event != Editor::Event::line) {
        has_ended = event == Editor::Event::end;
        break;
      }
      const auto [line, shown] = editor_.take(size());
      sent.push_back(line);
      screen.write(shown);
    }
    screen.write(editor_.draw(size()));
    return *this;
  }

  Dialogue& arrive(const std::string& rows) {
    const auto erased = editor_.erase();
    screen.write(erased + rows + editor_.draw(size()));
    return *this;
  }

  Dialogue& resize(std::size_t columns, std::size_t rows, bool answers = true) {
    screen.resize(columns, rows);
    editor_.resize(size(), [&]() -> std::optional<std::size_t> {
      if (!answers) return std::nullopt;
      return screen.cursor_column();
    });
    screen.write(editor_.draw(size()));
    return *this;
  }

  Size size() const { return {screen.columns(), screen.height()}; }

  Emulator screen;
  std::vector<std::string> sent;
  bool has_ended = false;

 private:
  Editor editor_;
};

std::string times(std::size_t count, std::string_view text) {
  std::string out;
  while (count-- > 0) out += text;
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

TEST_CASE("a key that is not bound does nothing: a whole sequence is one key") {
  for (const std::string key :
       {"\x1b[5~",      "\x1b[6~",      "\x1b[2~",   "\x1b[15~", "\x1b[24~",   "\x1bOP",
        "\x1b[1;2D",    "\x1b[1;3D",    "\x1b[3;5~", "\x1b[[A",  "\x1b[3$",    "\x1b[5^",
        "\x1b[M",       "\x1b[<0;1;1M", "\x1b[I",    "\x1bx",    "\x1b\x1b[A", "\x1b\x1b[5~",
        "\x1b\xc3\xb1", "\x1b[12;40R",  "\x1bO5A",   "\x1b[Z",   "\x1b[B",     "\x0e",
        "\x1bOB",       "\x1f",         "\x1d",      "\x07"}) {
    for (std::size_t cut = 0; cut <= key.size(); ++cut) {
      CAPTURE(key, cut);
      Dialogue dialogue;
      dialogue.type("ho").type(key.substr(0, cut)).type(key.substr(cut)).type("la\r");
      CHECK(dialogue.sent == std::vector{"hola"s});
      CHECK(dialogue.screen.rows() == Rows{"> hola", ">"});
    }
  }
}

TEST_CASE("the keys of emacs edit the line") {
  struct Case {
    std::string keys;
    std::string line;
  };
  for (const auto& [keys, line] :
       std::vector<Case>{{"hola\x01>", ">hola"},
                         {"hola\x1b[H>\x1b[F<", ">hola<"},
                         {"hola\x1b[1~>\x1b[4~<", ">hola<"},
                         {"hola\x1bOH>\x1bOF<", ">hola<"},
                         {"hola\x02\x02-\x06+", "ho-l+a"},
                         {"hola\x1b[D\x1b[D-\x1b[C+", "ho-l+a"},
                         {"hola\x1bOD\x1bOD-\x1bOC+", "ho-l+a"},
                         {"hola\x7f\x08", "ho"},
                         {"e\u0301\x7f", ""},
                         {"hola\x01\x04\x1b[3~", "la"},
                         {"hola\x04", "hola"},
                         {"uno dos tres\x1b"
                          "b\x1b"
                          "b-\x1b"
                          "f+",
                          "uno -dos+ tres"},
                         {"uno dos tres\x1b[1;5D\x1b[1;5D-\x1b[1;5C+", "uno -dos+ tres"},
                         {"uno dos tres\x17\x17+", "uno +"},
                         {"uno dos tres\x1b\x7f\x1b\x08+", "uno +"},
                         {"uno dos tres\x01\x1b"
                          "d+",
                          "+ dos tres"},
                         {"uno dos\x02\x02\x02\x0b\x01\x19+", "dos+uno "},
                         {"uno dos\x15un \x19", "un uno dos"},
                         {"hola\x14", "hoal"},
                         {"hola\x01\x14", "hola"},
                         {"hola\x02\x02\x14", "hloa"},
                         {"a\tb", "a\tb"},
                         {"a\x16\tb\x16\x01"
                          "c",
                          "a\tb\x01"
                          "c"},
                         {"a\x16\rb\x16\nc", "a\rb\nc"},
                         {"caf\xe9", "caf\xe9"},
                         {"a\xe2\x82z", "a\xe2\x82z"},
                         {"a\0b"s, "ab"}}) {
    CAPTURE(keys);
    for (const std::string enter : {"\r", "\n", "\x1bOM"}) {
      CHECK(Dialogue().type(keys + enter).sent == std::vector{line});
    }
  }
}

TEST_CASE("Ctrl-D ends an empty line, and only that") {
  CHECK(Dialogue().type("\x04").has_ended);
  CHECK_FALSE(Dialogue().type("x\x04").has_ended);
}

TEST_CASE("Ctrl-L leaves nothing on the screen but the line") {
  Dialogue dialogue;
  dialogue.arrive("one\n").type("hola\x0c");
  CHECK(dialogue.screen.on_screen() == Rows{"> hola"});
  CHECK(dialogue.screen.rows() == Rows{"one", "> hola"});
}

TEST_CASE("earlier lines come back, and the one being typed after them") {
  const std::string up = "\x1b[A";
  const std::string down = "\x1b[B";
  Dialogue dialogue(40);
  dialogue.type("one\rtwo\rtwo\r\r");
  CHECK(dialogue.type("draft" + up).screen.rows().back() == "> two");
  CHECK(dialogue.type(up).screen.rows().back() == "> one");
  CHECK(dialogue.type(up + up).screen.rows().back() == "> one");
  CHECK(dialogue.type(down).screen.rows().back() == "> two");
  CHECK(dialogue.type(down).screen.rows().back() == "> draft");
  CHECK(dialogue.type(down + "\x0e").screen.rows().back() == "> draft");
  CHECK(dialogue.type("\x10\x10!\r").sent.back() == "one!");
}

TEST_CASE("Ctrl-R finds earlier lines") {
  Dialogue dialogue(40);
  dialogue.type("hola uno\rhola dos\radios\r");
  CHECK(dialogue.type("dr\x12").screen.rows().back() == "search \"\": dr");
  CHECK(dialogue.type("hol").screen.rows().back() == "search \"hol\": hola dos");
  CHECK(dialogue.type("\x12").screen.rows().back() == "search \"hol\": hola uno");
  CHECK(dialogue.type("\x12").screen.rows().back() == "search \"hol\": hola uno");
  CHECK(dialogue
            .type("\x7f\x7f\x7f"
                  "ad")
            .screen.rows()
            .back() == "search \"ad\": adios");
  CHECK(dialogue.type("\x07").screen.rows().back() == "> dr");
  CHECK(dialogue
            .type("\x12"
                  "uno\x01+")
            .screen.rows()
            .back() == "> +hola uno");
  dialogue.type("\r");
  CHECK(dialogue
            .type("\x12"
                  "dos\r")
            .sent.back() == "hola dos");
}

TEST_CASE("what is pasted is text, and a line of it is sent if it ends in one") {
  const std::string begin = "\x1b[200~";
  const std::string end = "\x1b[201~";
  struct Case {
    std::string pasted;
    std::vector<std::string> sent;
    std::string left;
  };
  for (const auto& [pasted, sent, left] :
       std::vector<Case>{{"hello world", {}, "hello world"},
                         {"a\tb\n", {"a\tb"}, ""},
                         {"one\rtwo\r\nthree\n\nfour", {"one", "two", "three", ""}, "four"},
                         {"\x01\x04\x12\x1b[A\x1bx", {}, "\x01\x04\x12\x1b[A\x1bx"},
                         {"caf\xe9 日本", {}, "caf\xe9 日本"}}) {
    const std::string keys = begin + pasted + end;
    for (std::size_t cut = 0; cut <= keys.size(); ++cut) {
      CAPTURE(pasted, cut);
      Dialogue dialogue(40);
      dialogue.type(keys.substr(0, cut)).type(keys.substr(cut));
      CHECK(dialogue.sent == sent);
      dialogue.type("\r");
      CHECK(dialogue.sent.back() == left);
    }
  }
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

TEST_CASE("a plain editor takes lines as the terminal hands them over") {
  Editor editor("> ", Editor::Style::plain);
  const Size size;
  CHECK(editor.draw(size) == "> ");
  CHECK(editor.draw(size).empty());
  CHECK(editor.erase() == "\r  \r");
  editor.type("ho\x1b[Ala\nadi");
  REQUIRE(editor.next() == Editor::Event::line);
  CHECK(editor.take(size).line == "ho\x1b[Ala");
  CHECK(editor.next() == Editor::Event::none);
  editor.type("os");
  editor.end_input();
  REQUIRE(editor.next() == Editor::Event::unended);
  const auto done = editor.take(size);
  CHECK((done.line == "adios" && done.shown == "\n"));
  CHECK(editor.next() == Editor::Event::end);
}
