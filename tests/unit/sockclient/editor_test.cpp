#include "sockclient/editor.hpp"

#include <string>
#include <vector>

#include "dialogue.hpp"
#include "support/catch.hpp"

using namespace std::string_literals;
using namespace sockclient;

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

// A terminal that has just changed its size may have broken the line anew, and not told yet.
TEST_CASE("a key that does nothing writes nothing, and neither does half of one") {
  Editor editor("> ", Editor::Style::drawn);
  editor.draw({});
  for (const std::string key :
       {"\x1b[12;40R", "\x1b[5~", "\x1bx", "\x07", "\x1b[200~\x1b[201~", "\x1b[", "Z"}) {
    CAPTURE(key);
    editor.type(key);
    CHECK(editor.next() == Editor::Event::none);
    CHECK(editor.draw({}).empty());
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
