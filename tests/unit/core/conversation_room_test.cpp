// A conversation whose client hears others: their lines, and a socket that is full. How fast a
// client may speak is in conversation_pace_test.cpp.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/conversation.hpp"
#include "sock/room_log.hpp"
#include "support/catch.hpp"
#include "support/driven.hpp"
#include "support/scripted_session.hpp"
#include "support/speaking_room.hpp"

namespace {

using namespace std::chrono_literals;
using sock::End;
using sock::Step;
using Kind = Driven::Action::Kind;

constexpr std::size_t bound = 100'000;

}  // namespace

TEST_CASE("conversation: lines of others follow the first words and the answers") {
  for (const bool parks : {false, true}) {
    SpeakingRoom room(bound);
    ScriptedSession session(&room.log);
    session.bytes = [&](std::string_view in, std::string& out) {
      room.say("[caused]");
      return ScriptedSession::capitals(in, out);
    };
    Driven driven(session);
    driven.parks = parks;
    driven.most_sent = 3;
    room.say("[before]");
    driven.go_on();
    room.say("[uno]");
    driven.comes("ab");
    driven.peer_ends();
    driven.go_on();
    CHECK(driven.sent == "hi [uno]AB[caused]bye");
    CHECK(driven.closed);
  }
}

TEST_CASE("conversation: lines that wait while an answer waits are sent behind it") {
  SpeakingRoom room(bound);
  ScriptedSession session(&room.log);
  Driven driven(session);
  driven.go_on();
  driven.room = 1;
  driven.comes("ab");
  driven.go_on();
  room.say("[uno]");
  driven.deliver();
  driven.reads(Driven::any);
  CHECK(driven.sent == "hi AB[uno]");
}

TEST_CASE("conversation: a layer sees others' lines and the last words before they are sent") {
  struct Layer final : ScriptedSession {
    using ScriptedSession::ScriptedSession;
    void encode(std::string& out, std::size_t begin) override {
      out.insert(begin, "<").append(">");
    }
  };
  SpeakingRoom room(bound);
  Layer session(&room.log);
  Driven driven(session);
  driven.go_on();
  room.say("uno");
  driven.comes("ab");
  driven.go_on();
  room.say("dos");
  driven.deliver();
  room.say("tres");
  driven.peer_ends();
  driven.go_on();
  CHECK(driven.sent == "hi <uno>AB<dos><tres><bye>");
}

TEST_CASE("conversation: whoever says much sends it all to others, not only the first 64 KiB") {
  SpeakingRoom room(bound);
  ScriptedSession session(&room.log);
  Driven driven(session);
  driven.go_on();
  room.say_much(90);
  driven.deliver();
  CHECK(driven.sent.size() == 3 + 90'000);
}

TEST_CASE("conversation: lines are sent before the last words, however many they are") {
  SpeakingRoom room(bound);
  ScriptedSession session(&room.log);
  session.bytes = [&](std::string_view, std::string& out) {
    out += "answer ";
    room.say_much(90);
    return Step{.consumed = 1, .close = true};
  };
  Driven driven(session);
  driven.comes("a");
  driven.go_on();
  CHECK(driven.sent.size() == 3 + 7 + 90'000 + 3);

  ScriptedSession other(&room.log);
  Driven ending(other);
  ending.meanwhile = [&] { room.say_much(90); };
  ending.peer_ends();
  ending.go_on();
  CHECK(ending.sent.size() == 3 + 90'000 + 3);
  CHECK(ending.sent.ends_with("\nbye"));
}

TEST_CASE("conversation: a client is answered though others speak without a pause") {
  struct Echoes final : sock::Observer {
    void wrote(const sock::Client&, std::string_view) noexcept override {
      if (left-- > 0) room->say("[again]");
    }
    SpeakingRoom* room = nullptr;
    int left = 1000;
  } others;
  SpeakingRoom room(bound);
  others.room = &room;
  ScriptedSession session(&room.log);
  Driven driven(session, &others);
  driven.comes("ab");
  driven.comes("cd");
  driven.go_on();
  CHECK(driven.sent.find("AB") < 50);
  CHECK(driven.sent.find("CD") < 100);
  CHECK(driven.sent.size() == 3 + 2 + 2 + 1000 * 7);
}

TEST_CASE("conversation: one whose socket takes nothing while much is said is ended, not before") {
  for (const bool parks : {false, true}) {
    SpeakingRoom room(bound);
    ScriptedSession session(&room.log);
    Driven driven(session);
    driven.parks = parks;
    driven.go_on();
    driven.room = 10;
    room.say("[uno]");
    driven.go_on();
    room.say_much(100);
    driven.go_on();
    room.say_much(99);
    CHECK_FALSE(driven.conversation.is_behind());
    driven.tellings = 0;
    room.say_much(10);
    CHECK(driven.conversation.is_behind());
    CHECK(driven.tellings > 0);
    driven.go_on();
    CHECK(driven.closed);
    CHECK(session.ends == std::vector{End::too_slow});
    CHECK_FALSE(driven.lingers);
    CHECK(driven.sent.size() == 3 + 10);
  }
}

TEST_CASE("conversation: one that reads out of its system's buffers is not ended") {
  SpeakingRoom room(bound);
  ScriptedSession session(&room.log);
  Driven driven(session);
  driven.go_on();
  driven.room = 10;
  for (int i = 0; i < 10; ++i) {
    room.say_much(120);
    driven.taken += 1;
    driven.go_on();
    CHECK_FALSE(driven.closed);
  }
  driven.reads(Driven::any);
  CHECK(driven.sent.size() == 3 + 10 * 120'000);
  driven.room = 0;
  room.say_much(1);
  driven.go_on();
  room.say_much(210);
  driven.go_on();
  CHECK(driven.closed);
}

TEST_CASE("conversation: one that is 16 times the bound behind is ended though it reads") {
  SpeakingRoom room(bound);
  ScriptedSession session(&room.log);
  Driven driven(session);
  driven.go_on();
  driven.room = 10;
  for (int i = 0; i < 20 && !driven.closed; ++i) {
    room.say_much(100);
    driven.taken += 1;
    driven.reads(1);
  }
  CHECK(driven.closed);
  CHECK(session.ends == std::vector{End::too_slow});
}
