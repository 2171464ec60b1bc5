// Each protocol as a script: what comes in, what goes out, who closes. Wire texts as documented.

#include <memory>
#include <string>

#include "sock/service.hpp"
#include "support/catch.hpp"
#include "support/cuts.hpp"
#include "support/talk.hpp"

namespace {

using namespace std::string_literals;
using sock::Framing;
using sock::MessageOptions;

Talk talk_with(const char* name, const Reads& reads, MessageOptions options = {}) {
  sock::Observer nobody;
  const sock::Client client{1, {"127.0.0.1", 5000}};
  const auto service = sock::find_service(name)->make(std::move(options));
  const auto session = service->open(client, nobody);
  return talk(*session, reads);
}

struct Script {
  const char* protocol;
  std::string in;
  std::string out;
  bool closed;
};

}  // namespace

TEST_CASE("each protocol answers its script the same however it is cut into lines") {
  const Script scripts[] = {
      {"echo", "hola\r\n\0\xff\n"s, "hola\r\n\0\xff\n"s, false},
      {"echo", "quit\n", "quit\n", false},
      {"quit", "hola\nquitx\r\n\nQuit\nquit\nmore\n", "hola\nquitx\r\n\nQuit\n", true},
      {"quit", "uno\xff\0\n quit\n"s, "uno\xff\0\n quit\n"s, false},
      {"quit", "quit\r\n", "", true},
      {"quit", "hola\nquit", "hola\n", false},
      {"hola", "hola\r\nhola\nadios\r\nhola\n", "pues hola\r\npues hola\npues adios\r\n", true},
      {"hola", "Hola\n\nhola \n hola\nadios.\n", "", false},
      {"greet", "Hola de vuelta!\nmore\n", "Hola\n", true},
      {"greet", "\n", "Hola\n", true},
      {"greet", "", "Hola\n", false},
  };
  for (const auto& script : scripts) {
    for (const auto& cut : every_cut(script.in)) {
      INFO(script.protocol << ": " << script.in);
      const auto result = talk_with(script.protocol, cut, {.framing = Framing::line});
      CHECK(result.out == script.out);
      CHECK(result.closed == script.closed);
    }
  }
}

TEST_CASE("the documents' clients, which send bare text, get exactly the documents' bytes") {
  CHECK(talk_with("hola", {"hola", "adios"}).out == "pues holapues adios");
  CHECK(talk_with("quit", {"Hello, World!", "quit"}).out == "Hello, World!");
  CHECK(talk_with("quit", {"Hello", "quit"}).closed);
  CHECK(talk_with("greet", {"Hola de vuelta!"}, {.framing = Framing::chunk}).out == "Hola");
}

TEST_CASE("one message and a close is quit with a limit of one message") {
  const auto result = talk_with("quit", {"uno", "dos"}, {.max_messages = 1});
  CHECK(result.out == "uno");
  CHECK(result.closed);
}

TEST_CASE("echo says its banner and echoes the rest") {
  CHECK(talk_with("echo", {"a", "b\r"}, {.banner = "hi"}).out == "hi\nab\r");
}

TEST_CASE("a datagram is one message, also an empty one, and so is its answer") {
  struct Asked {
    std::string text;
    bool answered;
    bool closed;
  };
  const auto ask = [](const char* name, std::string_view text) {
    sock::Observer nobody;
    const sock::Client client{1, {"127.0.0.1", 5000}};
    const auto service = sock::find_service(name)->make({.max_message = 20});
    const auto session = service->open(client, nobody);
    std::string out;
    const auto step = session->on_datagram(text, out);
    return Asked{step.in_place ? std::string(text) : out, step.answered, step.close};
  };
  const auto is = [](const Asked& asked, const std::string& text, bool closed = false) {
    return asked.text == text && asked.answered && asked.closed == closed;
  };
  CHECK(is(ask("echo", "hola\n"), "hola\n"));
  CHECK(is(ask("echo", ""), ""));
  CHECK(is(ask("quit", "uno\ndos\r\n"), "uno\ndos\r\n"));
  CHECK(is(ask("quit", ""), ""));
  CHECK(is(ask("hola", "hola\r\n"), "pues hola\r\n"));
  CHECK(is(ask("hola", "adios"), "pues adios", true));
  CHECK(is(ask("quit", std::string(20, 'x') + "\n"), std::string(20, 'x') + "\n"));
  CHECK(is(ask("quit", std::string(21, 'x')), "* message too long (limit 20 bytes)\n", true));
  CHECK_FALSE(ask("quit", "quit\n").answered);
  CHECK(ask("quit", "quit\n").closed);
  CHECK_FALSE(ask("hola", "").answered);
  CHECK_FALSE(ask("hola", "Hola").answered);
}
