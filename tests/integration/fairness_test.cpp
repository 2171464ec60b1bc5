// What a server does for many that keep it busy, before it comes to the others: little.

#include <string>
#include <vector>

#include "sock/server.hpp"
#include "support/catch.hpp"
#include "support/crowd.hpp"
#include "support/eventually.hpp"
#include "support/gate.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"

namespace {

using sock::Mode;

constexpr std::size_t read_at_once = 16 * 1024;

std::string of(std::string_view line) {
  std::string text;
  while (text.size() < read_at_once) text += line;
  return text;
}

// A chat of many in which the last one that came has said many short lines, of which the server
// hears the first.
struct BusyChat {
  static constexpr std::uint64_t members = 100;
  static constexpr std::uint64_t a_turn = 64;  // messages

  explicit BusyChat(Mode mode, std::size_t loops = 1)
      : gate(members + 1),
        running(sock::find_service("chat")->make({}), {.mode = mode, .loops = loops}, &gate) {
    REQUIRE(crowd.enter_chat(running, members));
    crowd.all.back().stream.write(of("a\n"));
    REQUIRE(eventually([this] { return gate.is_reached(); }));
  }

  Gate gate;
  RunningServer running;
  Crowd crowd;
};

}  // namespace

TEST_CASE("a newcomer waits for a few messages of the others, not for all that they have sent") {
  constexpr std::uint64_t clients = 100;
  constexpr std::uint64_t a_turn = 256;  // messages
  Gate gate(clients + 1);
  RunningServer running(sock::find_service("quit")->make({}), {.mode = Mode::async}, &gate);
  std::vector<sock::Stream> floods;
  for (std::uint64_t i = 0; i < clients; ++i) {
    floods.push_back(running.connect());
    floods.back().write(of("\n"));
  }
  auto newcomer = running.connect();
  newcomer.write("hola\n");
  REQUIRE(eventually([&] { return gate.is_reached(); }));
  gate.open();
  CHECK(newcomer.receive() == "hola\n");
  CHECK(gate.before_it_connected <= 2 * clients * a_turn);
  CHECK(gate.before_it_was_heard <= 4 * clients * a_turn);
}

TEST_CASE("one who comes into a chat waits for a few lines of a talker, not for all of them") {
  BusyChat chat(Mode::async);
  auto newcomer = chat.running.connect();
  chat.gate.open();
  CHECK(newcomer.receive().starts_with("* "));
  CHECK(chat.gate.before_it_connected <= 4 * BusyChat::a_turn);
}

TEST_CASE("a chat in which one talks without a pause ends when the grace is over") {
  for (const auto mode : {Mode::async, Mode::threads}) {
    INFO(name_of(mode));
    BusyChat chat(mode, 2);  // the gate holds one loop; the members of the other one can leave
    const auto before = chat.running.server.totals().active;
    chat.running.server.stop();
    chat.running.server.cut();
    CHECK(eventually([&] { return chat.running.server.totals().active < before; }));
    chat.gate.open();
    chat.running.join();
    CHECK(chat.gate.messages <= 2 * BusyChat::a_turn);
  }
}
