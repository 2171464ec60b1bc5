// How a conversation ends from our side: a stop, a cut, and the wait for the peer after our end.

#include <memory>
#include <string>
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

}  // namespace

TEST_CASE("stop: what had come before is answered, what comes later is not") {
  for (const bool parks : {false, true}) {
    ScriptedSession session;
    Driven driven(session);
    driven.parks = parks;
    driven.go_on();
    driven.comes("uno ");
    driven.comes("dos ");
    driven.stop();
    driven.comes("later");
    driven.go_on();
    CHECK(driven.sent == "hi UNO DOS bye");
    CHECK(session.ends == std::vector{End::stopped});
  }
}

TEST_CASE("stop: one that was not opened yet is greeted, answered and taken leave of") {
  ScriptedSession session;
  Driven driven(session);
  driven.comes("uno ");
  driven.stop();
  driven.go_on();
  CHECK(driven.sent == "hi UNO bye");
}

TEST_CASE("stop: input that waits for a full socket is answered, too") {
  for (const bool parks : {false, true}) {
    ScriptedSession session;
    Driven driven(session);
    driven.parks = parks;
    driven.room = 4;
    driven.comes("uno ");
    driven.comes("dos ");
    driven.go_on();
    CHECK_FALSE(driven.conversation.has_settled());
    driven.stop();
    driven.go_on();
    CHECK(driven.conversation.has_settled());
    driven.reads(Driven::any);
    CHECK(driven.sent == "hi UNO DOS bye");
    CHECK(driven.lingers == false);
  }
}

TEST_CASE("stop: a member that has answered stays in the room until all have") {
  sock::RoomLog log(bound, 0);
  sock::Feed other(log);
  other.join();
  ScriptedSession session(&log);
  Driven driven(session);
  driven.go_on();
  driven.comes("uno ");
  driven.stop();
  CHECK_FALSE(driven.conversation.has_settled());
  CHECK(driven.go_on().kind == Kind::wait);
  CHECK(driven.conversation.has_settled());
  CHECK(session.ends.empty());
  log.add(sock::RoomLog::Line("[last]"), other);
  driven.deliver();
  log.add(sock::RoomLog::Line("[very last]"), other);
  driven.release();
  driven.go_on();
  CHECK(driven.sent == "hi UNO [last][very last]bye");
  CHECK(session.ends == std::vector{End::stopped});
}

TEST_CASE("stop: a peer that was held up may go on as long as it makes no pause") {
  for (const bool parks : {false, true}) {
    ScriptedSession session;
    Driven driven(session);
    driven.parks = parks;
    driven.go_on();
    driven.comes("uno ");
    driven.held_up = true;
    driven.stop();
    CHECK(driven.go_on().until == driven.now() + 200ms);
    for (const auto* word : {"dos ", "tres "}) {
      driven.pass(150ms);
      driven.comes(word);
      CHECK(driven.go_on().until == driven.now() + 200ms);
    }
    driven.comes("cuatro ");
    driven.pass(200ms);  // the driver comes to read it after the time only
    CHECK(driven.ends == 0);
    driven.pass(200ms);
    CHECK(driven.ends == 1);
    CHECK(driven.sent == "hi UNO DOS TRES CUATRO bye");
  }
}

TEST_CASE("stop: the first cause is the cause") {
  ScriptedSession session;
  Driven driven(session);
  driven.go_on();
  driven.comes("a");
  driven.stop();
  driven.peer_ends();
  driven.go_on();
  CHECK(session.ends == std::vector{End::stopped});

  ScriptedSession other;
  Driven ended(other);
  ended.room = 5;
  ended.peer_ends();
  ended.go_on();
  ended.stop();
  ended.reads(Driven::any);
  CHECK(other.ends == std::vector{End::peer_closed});
  CHECK(ended.sent == "hi bye");
}

TEST_CASE("cut: at any moment it ends at once, and the session is told why, once") {
  for (int moment = 0; moment < 6; ++moment) {
    sock::RoomLog log(bound, 0);
    ScriptedSession session(&log);
    Driven driven(session);
    driven.comes("uno");
    if (moment == 2) driven.room = 1;                      // while first words wait
    if (moment == 3) driven.room = 4;                      // while an answer waits
    if (moment == 4) driven.stop();                        // when settled
    if (moment == 5) driven.room = 6, driven.peer_ends();  // while last words wait
    if (moment >= 1) driven.go_on();
    const auto before = driven.sent;
    driven.room = Driven::any;
    driven.cut(End::idle);
    driven.go_on();
    CHECK(driven.closed);
    CHECK(driven.ends == 1);
    CHECK(driven.sent == before);
    const auto expected = moment == 4 ? End::stopped : moment == 5 ? End::peer_closed : End::idle;
    CHECK(session.ends == std::vector{expected});
  }
}

TEST_CASE("cut: one that lingers is closed") {
  ScriptedSession session;
  session.bytes = [](std::string_view, std::string&) { return Step{.consumed = 1, .close = true}; };
  Driven driven(session);
  driven.comes("a");
  CHECK(driven.go_on().kind == Kind::receive);
  CHECK(driven.lingers);
  driven.cut(End::stopped);
  driven.go_on();
  CHECK(driven.closed);
  CHECK(session.ends == std::vector{End::by_server});
}

TEST_CASE(
    "linger: only after our own end, and after a stop for a peer that is talking, or has just "
    "come") {
  for (const bool busy : {false, true}) {
    for (const bool has_spoken : {false, true}) {
      ScriptedSession session;
      Driven driven(session);
      driven.busy = busy;
      if (has_spoken) driven.comes("a");
      driven.go_on();
      driven.stop();
      driven.go_on();
      CHECK(driven.lingers == busy);
      CHECK(driven.closed != driven.lingers);
    }
  }
}

TEST_CASE("linger: after a stop, for a peer whose input would be answered with a reset") {
  ScriptedSession session;
  Driven driven(session);
  driven.go_on();
  driven.stop();
  driven.comes("too late");
  driven.go_on();
  CHECK(driven.lingers);
  CHECK(session.calls == std::vector<std::string>{"open", "end"});
  driven.peer_ends();
  driven.go_on();
  CHECK(driven.closed);
}

TEST_CASE("linger: what comes is discarded, for 1 s; the peer's end closes") {
  const auto closing = [](std::string_view, std::string&) {
    return Step{.consumed = 1, .close = true};
  };
  ScriptedSession session;
  session.bytes = closing;
  Driven driven(session);
  driven.comes("a");
  CHECK(driven.go_on().until == driven.now() + 1s);
  driven.pass(999ms);
  CHECK_FALSE(driven.closed);
  driven.pass(1ms);
  CHECK(driven.closed);
  CHECK(driven.conversation.bytes_in() == 1);

  ScriptedSession other;
  other.bytes = closing;
  Driven lost(other);
  lost.comes("a");
  lost.go_on();
  lost.peer_ends(End::lost);
  lost.go_on();
  CHECK(lost.closed);
  CHECK(other.ends == std::vector{End::by_server});
}
