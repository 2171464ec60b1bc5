// A session that asks to be called after a time of silence.

#include <memory>
#include <string>

#include "core/conversation.hpp"
#include "sock/room_log.hpp"
#include "support/catch.hpp"
#include "support/driven.hpp"
#include "support/scripted_session.hpp"

namespace {

using namespace std::chrono_literals;
using sock::Step;

}  // namespace

TEST_CASE("conversation: a silent peer's session is called once the time is over, not before") {
  ScriptedSession session;
  session.bytes = [](std::string_view in, std::string&) {
    return Step{.consumed = in.size(), .silence = 1000ms};
  };
  session.silence = [](std::string& out) {
    out += "there? ";
    return Step{};
  };
  Driven driven(session);
  driven.comes("a");
  CHECK(driven.go_on().until == driven.now() + 1s);
  driven.pass(900ms);
  driven.comes("b");
  CHECK(driven.go_on().until == driven.now() + 1s);
  driven.pass(900ms);
  CHECK(driven.sent == "hi ");
  CHECK(driven.pass(100ms).until == sock::no_deadline);
  CHECK(driven.sent == "hi there? ");
  driven.pass(10s);
  CHECK(driven.sent == "hi there? ");
}

// The time can be up before the driver has come to read.
TEST_CASE("conversation: a peer whose input is not read yet is not silent") {
  ScriptedSession session;
  session.bytes = [](std::string_view in, std::string& out) {
    out += in;
    return Step{.consumed = in.size(), .silence = 1000ms};
  };
  session.silence = [](std::string& out) {
    out += "there? ";
    return Step{};
  };
  Driven driven(session);
  driven.comes("a ");
  driven.go_on();
  driven.comes("b ");
  const auto action = driven.pass(2s);
  CHECK(action.until == driven.now() + 1s);
  CHECK(driven.sent == "hi a b ");
  driven.pass(1s);
  CHECK(driven.sent == "hi a b there? ");
}

TEST_CASE(
    "conversation: what a session says in a silence is not lost behind what waits to be sent") {
  sock::RoomLog log(1 << 20, 0);
  sock::Feed other(log);
  other.join();
  ScriptedSession session(&log);
  session.bytes = [](std::string_view in, std::string&) {
    return Step{.consumed = in.size(), .silence = 1000ms};
  };
  session.silence = [](std::string& out) {
    out += "there? ";
    return Step{};
  };
  Driven driven(session);
  driven.parks = true;
  driven.comes("a");
  driven.go_on();
  driven.room = 2;
  log.add(sock::RoomLog::Line("hola "), other);
  driven.deliver();
  driven.pass(1s);
  driven.reads(1000);
  driven.pass(0s);
  CHECK(driven.sent == "hi hola there? ");
}
