// How fast a client may speak that others hear.

#include <memory>
#include <string>

#include "core/conversation.hpp"
#include "sock/room_log.hpp"
#include "support/catch.hpp"
#include "support/driven.hpp"
#include "support/scripted_session.hpp"
#include "support/speaking_room.hpp"

namespace {

using namespace std::chrono_literals;
using sock::Step;
using Kind = Driven::Action::Kind;

constexpr std::size_t bound = 100'000;

}  // namespace

TEST_CASE("conversation: one that speaks too fast is not read from until it may speak again") {
  SpeakingRoom room(bound);
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
  SpeakingRoom room(bound);
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
  while (driven.sent.find('A') == std::string::npos && held < 1000) {
    driven.pass(1ms);
    ++held;
  }
  CHECK(held >= 100);
  CHECK(held <= 105);
  CHECK(driven.sent.ends_with("AB"));
}

TEST_CASE("conversation: one that is held goes on as soon as the others have caught up") {
  SpeakingRoom room(bound);
  ScriptedSession session(&room.log);
  Driven driven(session);
  sock::Feed reader(room.log);
  reader.join();
  driven.go_on();
  room.say_much(51);
  driven.go_on();
  driven.comes("a");
  CHECK(driven.go_on().kind == Kind::wait);
  std::string heard;
  while (reader.take(heard)) continue;
  driven.pass(5ms);
  CHECK(driven.sent.ends_with("A"));
}

TEST_CASE("conversation: one whose socket is full is waited for once, and again when it has read") {
  SpeakingRoom room(bound);
  ScriptedSession session(&room.log);
  Driven driven(session);
  sock::Feed reader(room.log);
  reader.join();
  driven.go_on();
  reader.note_full(false);
  room.say_much(60);
  driven.go_on();
  for (int times = 0; times < 2; ++times) {
    driven.comes("a");
    CHECK(driven.go_on().kind == Kind::wait);
    for (int i = 0; i < 21; ++i) driven.pass(5ms);
    CHECK(driven.sent.ends_with("A"));
    driven.comes("b");
    CHECK(driven.go_on().kind == Kind::receive);
    CHECK(driven.sent.ends_with("AB"));
    reader.note_full(true);
    room.say_much(1);
    driven.go_on();
  }
}

TEST_CASE("conversation: one that speaks is held also in the middle of what it has sent at once") {
  SpeakingRoom room(bound);
  ScriptedSession session(&room.log);
  sock::Feed reader(room.log);
  reader.join();
  int messages = 0;
  session.bytes = [&](std::string_view, std::string&) {
    ++messages;
    room.say_much(20);
    return Step{.consumed = 1};
  };
  Driven driven(session);
  driven.comes("abcdefgh");
  CHECK(driven.go_on().kind == Kind::wait);
  CHECK(messages == 3);
  std::string heard;
  while (reader.take(heard)) continue;
  driven.pass(5ms);
  CHECK(messages == 6);
  driven.stop();
  driven.go_on();
  CHECK(messages == 8);
}

TEST_CASE("conversation: one that is too slow holds nobody") {
  SpeakingRoom room(bound);
  ScriptedSession session(&room.log);
  Driven driven(session);
  sock::Feed deaf(room.log);
  deaf.join();
  deaf.note_full(false);
  driven.go_on();
  room.say_much(120);
  CHECK(deaf.is_behind());
  driven.go_on();
  driven.comes("a");
  CHECK(driven.go_on().kind == Kind::receive);
  CHECK(driven.sent.ends_with("A"));
}
