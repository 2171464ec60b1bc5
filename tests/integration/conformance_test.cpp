// Every service, in every mode, with every framing: the same scripts over real sockets.
//
// What depends on where the bytes are cut is sent as a conversation, one text after the answer to
// the one before, so that each is one read at the server.

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "sock/server.hpp"
#include "support/catch.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"

namespace {

using sock::Framing;
using namespace std::string_literals;

struct Exchange {
  std::string send;
  std::string expect;  // to be read before the next one is sent
};

struct Script {
  const char* service;
  std::vector<Framing> framings;
  std::vector<Exchange> exchanges;
  bool closed_by_server;
};

const std::vector every_framing{Framing::automatic, Framing::line, Framing::chunk};
const std::vector lines{Framing::automatic, Framing::line};
const std::vector bare{Framing::automatic, Framing::chunk};
const std::vector chunks{Framing::chunk};

const std::vector<Script>& scripts() {
  static const std::vector<Script> all{
      {"echo", {Framing::automatic}, {{"hola\r\n\0\xff"s, "hola\r\n\0\xff"s}, {"x", "x"}}, false},
      {"quit", every_framing, {{"hola\n", "hola\n"}, {"dos\r\n", "dos\r\n"}, {"quit\n", ""}}, true},
      {"quit", lines, {{"uno\ndos\r\n\n", "uno\ndos\r\n\n"}, {"quit\r\n", ""}}, true},
      {"quit", bare, {{"Hello, World!", "Hello, World!"}, {"quit", ""}}, true},
      {"quit", chunks, {{"uno\ndos\n", "uno\ndos\n"}}, false},
      {"hola", every_framing, {{"hola\n", "pues hola\n"}, {"adios\n", "pues adios\n"}}, true},
      {"hola", bare, {{"hola", "pues hola"}, {"adios", "pues adios"}}, true},
      {"hola", lines, {{"que\nhola\n", "pues hola\n"}}, false},
      {"greet", lines, {{"", "Hola\n"}, {"Hola de vuelta!\n", ""}}, true},
      {"chat",
       every_framing,
       {{"",
         "* welcome, you are guest@. nobody else is here\n"
         "* /nick NAME to choose a name, /help for the rest\n"},
        {"/msg nadie hola\n", "* nobody here is called nadie\n"},
        {"/quit\r\n", "* adios\n"}},
       true},
      {"greet", chunks, {{"", "Hola"}, {"Hola de vuelta!", ""}}, true},
  };
  return all;
}

// `client_number` is what stands for an @ in what is expected.
void converse(RunningServer& running, const Script& script, char client_number) {
  auto client = running.connect();
  for (const auto& exchange : script.exchanges) {
    client.write(exchange.send);
    std::string expect = exchange.expect;
    std::ranges::replace(expect, '@', client_number);
    CHECK(read_exactly(client, expect.size()) == expect);
  }
  if (!script.closed_by_server) client.shutdown_send();
  CHECK(read_all(client).empty());
}

}  // namespace

TEST_CASE("every service answers its script in every mode and framing") {
  for (const auto mode : all_modes) {
    for (const auto& script : scripts()) {
      for (const auto framing : script.framings) {
        INFO(name_of(mode) << ", " << script.service << ", framing " << static_cast<int>(framing));
        RunningServer running(script.service, {.mode = mode}, {.framing = framing});
        converse(running, script, '1');
        converse(running, script, '2');  // and the next client finds a server as new
      }
    }
  }
}

TEST_CASE("every service is held to a script") {
  for (const auto& row : sock::services()) {
    const auto of_row = [&](const Script& script) { return script.service == row.name; };
    const bool depends_on_client = std::string_view(row.name) == "whoami";  // layers_test.cpp
    CHECK((depends_on_client || std::ranges::any_of(scripts(), of_row)));
  }
}

TEST_CASE("lines that come byte by byte are answered as if they had come at once") {
  for (const auto mode : all_modes) {
    RunningServer running("quit", {.mode = mode}, {.framing = Framing::line});
    auto client = running.connect();
    const std::string text = "uno\r\ndos\n\ntres\r\n";
    for (const char byte : text) client.write({&byte, 1});
    CHECK(read_exactly(client, text.size()) == text);
  }
}

TEST_CASE("every byte comes back to a client that half-closes, whatever the mode") {
  for (const auto mode : all_modes) {
    RunningServer running("echo", {.mode = mode});
    auto client = running.connect();
    std::string sent(10'000'000, '\0');
    for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 7 + i / 255);
    std::jthread writer([&] {
      client.write(sent);
      client.shutdown_send();
    });
    CHECK((read_all(client) == sent));  // in brackets: not to be printed
  }
}

TEST_CASE("under threads a client is served while another is connected, under blocking after it") {
  for (const auto mode : all_modes) {
    RunningServer running("quit", {.mode = mode});
    auto first = running.connect();
    first.write("uno\n");
    CHECK(first.receive() == "uno\n");
    auto second = running.connect();
    second.write("dos\n");
    if (mode == sock::Mode::blocking) {
      first.write("otra\n");
      CHECK(first.receive() == "otra\n");
      std::array<char, 8> buffer{};
      CHECK(second.try_read(buffer).state == sock::TryState::would_block);
      first.write("quit\n");
      CHECK(read_all(first).empty());
      first.close();
    }
    CHECK(second.receive() == "dos\n");
  }
}

TEST_CASE("the observer hears of every step of a conversation, in order") {
  for (const auto mode : all_modes) {
    RunningServer running("hola", {.mode = mode});
    auto client = running.connect();
    client.write("hola\n");
    CHECK(client.receive() == "pues hola\n");
    client.write("adios\n");
    CHECK(read_all(client) == "pues adios\n");
    running.server.stop();
    running.join();
    CHECK(running.recorder.events() ==
          std::vector<std::string>{"1 connected", "1 active", "1 received hola",
                                   "1 answered pues hola", "1 received adios",
                                   "1 answered pues adios", "1 closed"});
    const auto closing = running.recorder.closings().at(0);
    CHECK(closing.why == sock::End::by_server);
    CHECK(closing.bytes_in == 11);
    CHECK(closing.bytes_out == 21);
    const auto totals = running.server.totals();
    CHECK(totals.served == 1);
    CHECK(totals.bytes_in == 11);
    CHECK(totals.active == 0);
  }
}
