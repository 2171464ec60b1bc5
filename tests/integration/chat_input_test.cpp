// What becomes of a member's line that comes in pieces, or is too long.

#include <cstdint>
#include <string>
#include <string_view>

#include "sock/server.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/member.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"

namespace {

constexpr std::string_view too_long =
    "* that message is too long (limit 4096 bytes) and was not sent";

// Two that hear, and one that has just come.
struct Room {
  explicit Room(const sock::ServerOptions& options, sock::MessageOptions messages = {})
      : running("chat", options, std::move(messages)) {}

  // The newcomer sends it, and the server has read it before anything else comes.
  void sends(std::string_view piece) {
    const auto before = running.server.totals().bytes_in;
    newcomer.stream.write(piece);
    REQUIRE(eventually([&] { return running.server.totals().bytes_in >= before + piece.size(); }));
  }

  RunningServer running;
  Member ana{running, "ana"};
  Member eva{running, "eva"};
  Member newcomer{running};
};

}  // namespace

TEST_CASE("no half of a private message is published, wherever a first line is cut") {
  Room room(GENERATE(from_range(side_by_side)));
  room.sends("/msg ana my pass");
  room.sends("word is 1234\n");
  CHECK(room.ana.until("guest3 -> you: my password is 1234"));
  room.newcomer.say("that is all");
  REQUIRE(room.eva.until("* guest3 joined (3 here)"));
  CHECK(room.eva.hear() == "guest3: that is all");
}

TEST_CASE("a line that is typed a character at a time is one message, the first one too") {
  Room room(GENERATE(from_range(side_by_side)));
  REQUIRE(room.ana.until("* guest3 joined (3 here)"));
  for (const char c : std::string("hola\r\nadios\r\n")) room.sends({&c, 1});
  CHECK(room.ana.hear() == "guest3: hola");
  CHECK(room.ana.hear() == "guest3: adios");
}

TEST_CASE("a first line that is too long is said to be so once, and none of it is obeyed") {
  Room room(GENERATE(from_range(side_by_side)));
  REQUIRE(room.ana.until("* guest3 joined (3 here)"));
  for (int i = 0; i < 5; ++i) room.sends(std::string(4096, 'S'));
  room.sends("/nick tail\n");
  room.newcomer.say("/who");
  CHECK(room.newcomer.hear() == too_long);
  CHECK(room.newcomer.hear() == "* 3 here: ana, eva, guest3 (you)");
  room.newcomer.say("that is all");
  CHECK(room.ana.hear() == "guest3: that is all");
}

TEST_CASE("the largest limit that can be asked for is no limit, and no small one") {
  Room room(GENERATE(from_range(side_by_side)), {.max_message = SIZE_MAX});
  REQUIRE(room.ana.until("* guest3 joined (3 here)"));
  const std::string line(5000, 'x');
  room.newcomer.say(line);
  CHECK(room.ana.hear() == "guest3: " + line);
}
