// A conversation whose client hears others: their lines, a socket that is full, and how fast the
// client may speak.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/conversation.hpp"
#include "sock/room_log.hpp"
#include "support/catch.hpp"
#include "support/driven.hpp"
#include "support/scripted_session.hpp"

namespace {

using namespace std::chrono_literals;
using sock::End;
using sock::Step;
using Kind = Driven::Action::Kind;

constexpr std::size_t bound = 100'000;

// A room with one who speaks besides the client.
struct Room {
  Room() { speaker.join(); }
  void say(std::string line) {
    log.add(sock::RoomLog::Line(std::move(line)), speaker);
    for (std::string heard; speaker.take(heard); heard.clear()) continue;
  }
  // Lines of 1000 bytes.
  void say_much(std::size_t lines) {
    for (std::size_t i = 0; i < lines; ++i) say(std::string(999, 'x') + "\n");
  }

  sock::RoomLog log{bound, 0};
  sock::Feed speaker{log};
};

}  // namespace

TEST_CASE("conversation: lines of others follow the first words and the answers") {
  for (const bool parks : {false, true}) {
    Room room;
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
  Room room;
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

TEST_CASE("conversation: a layer sees others' lines before they are sent, and nothing else") {
  struct Layer final : ScriptedSession {
    using ScriptedSession::ScriptedSession;
    void encode(std::string& out, std::size_t begin) override {
      out.insert(begin, "<").append(">");
    }
  };
  Room room;
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
  CHECK(driven.sent == "hi <uno>AB<dos><tres>bye");
}

TEST_CASE("conversation: whoever says much sends it all to others, not only the first 64 KiB") {
  Room room;
  ScriptedSession session(&room.log);
  Driven driven(session);
  driven.go_on();
  room.say_much(90);
  driven.deliver();
  CHECK(driven.sent.size() == 3 + 90'000);
}

TEST_CASE("conversation: lines are sent before the last words, however many they are") {
  Room room;
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
    Room* room = nullptr;
    int left = 1000;
  } others;
  Room room;
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
    Room room;
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
  Room room;
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
  Room room;
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

TEST_CASE("conversation: one that speaks too fast is not read from until it may speak again") {
  Room room;
  ScriptedSession session(&room.log);
  session.bytes_a_second = 1000;
  Driven driven(session);
  driven.comes(std::string(6000, 'a'));
  const auto paused = driven.go_on();
  CHECK(paused.kind == Kind::wait);
  CHECK(driven.sent.size() == 3 + 4000);
  const auto begin = driven.now();
  while (driven.sent.size() < 3 + 6000) {
    const auto action = driven.pass(1ms);
    REQUIRE(driven.now() - begin <= 2s);
    if (action.kind == Kind::wait) CHECK(action.until > driven.now());
  }
  CHECK(driven.now() - begin > 1900ms);
  CHECK(driven.pass(0s).kind == Kind::wait);
  CHECK(driven.pass(1s).kind == Kind::receive);
}

TEST_CASE("conversation: without a rate a client without a room is read from as fast as it sends") {
  ScriptedSession session;
  Driven driven(session);
  for (int i = 0; i < 100; ++i) driven.comes(std::string(60'000, 'a'));
  CHECK(driven.go_on().kind == Kind::receive);
  CHECK(driven.sent.size() == 3 + 6'000'000);
}

TEST_CASE(
    "conversation: one that speaks is held for 100 ms at most while one that reads is behind") {
  Room room;
  ScriptedSession session(&room.log);
  Driven driven(session);
  sock::Feed reader(room.log);
  reader.join();
  driven.go_on();
  room.say_much(51);
  driven.go_on();
  driven.comes("a");
  driven.comes("b");
  CHECK(driven.go_on().kind == Kind::wait);
  int held = 0;
  while (!driven.sent.ends_with("A") && held < 1000) {
    driven.pass(1ms);
    ++held;
  }
  CHECK(held >= 100);
  CHECK(held <= 105);
  CHECK(driven.pass(0s).kind == Kind::wait);
  std::string heard;
  while (reader.take(heard)) continue;
  driven.pass(5ms);
  CHECK(driven.sent.ends_with("AB"));
}

TEST_CASE("conversation: one that is behind and does not read holds nobody") {
  Room room;
  ScriptedSession session(&room.log);
  Driven driven(session);
  sock::Feed deaf(room.log);
  deaf.join();
  deaf.note_full(false);
  driven.go_on();
  room.say_much(60);
  driven.go_on();
  driven.comes("a");
  CHECK(driven.go_on().kind == Kind::receive);
  CHECK(driven.sent.ends_with("A"));
}
