// A conversation for which memory lacks, at every allocation in turn.

#include <algorithm>
#include <string>
#include <vector>

#include "core/conversation.hpp"
#include "sock/room_log.hpp"
#include "support/catch.hpp"
#include "support/driven.hpp"
#include "support/scarce_memory.hpp"
#include "support/scripted_session.hpp"

namespace {

using sock::End;
using sock::Step;

const std::string word(100, 'a');  // too long to be stored without an allocation

}  // namespace

TEST_CASE("memory: what cannot be kept ends its client alone, and no byte is sent after a gap") {
  bool all_were_tried = false;
  for (std::size_t n = 0; !all_were_tried; ++n) {
    REQUIRE(n < 1000);
    sock::RoomLog log(1 << 20, 0);
    ScriptedSession session(&log);
    session.bytes = [](std::string_view in, std::string& out) {
      out += in.substr(0, 100);
      return Step{.consumed = 100};
    };
    session.calls.reserve(100);
    session.ends.reserve(100);
    Driven driven(session);
    driven.parks = true;
    driven.sent.reserve(10'000);
    driven.comes(word + "BYE" + word.substr(3) + word);
    driven.peer_ends();
    memory::fail_after(n);
    {
      const memory::Watch watch;
      driven.room = 50;
      driven.go_on();
      driven.reads(70);
      driven.reads(1000);
    }
    all_were_tried = !memory::has_failed();
    memory::fail_after(memory::never);
    CHECK(driven.closed);
    CHECK(driven.ends == 1);
    REQUIRE(session.ends.size() == 1);
    if (all_were_tried) CHECK(session.ends.front() == End::peer_closed);
    const std::string expected = "hi " + word + "BYE" + word.substr(3) + word + "bye";
    CHECK(expected.starts_with(driven.sent));
    if (all_were_tried) CHECK(driven.sent == expected);
  }
}

TEST_CASE("memory: input that waits for its turn keeps none of what was sent before") {
  ScriptedSession session;
  session.bytes = [](std::string_view, std::string& out) {
    out.append(60'000, 'a');
    return Step{.consumed = 1};
  };
  session.calls.reserve(100);
  Driven driven(session);
  driven.sent.reserve(1'000'000);
  const memory::Watch watch;
  driven.comes("ab");
  driven.room = 1000;
  driven.go_on();
  const auto while_waiting = memory::live_bytes();
  std::size_t while_yielding = 0;
  driven.on_yield = [&] { while_yielding = memory::live_bytes(); };
  driven.reads(1'000'000);
  CHECK(while_yielding + 59'000 < while_waiting);
}

TEST_CASE("memory: a conversation that waits for nothing keeps none, after however long a line") {
  ScriptedSession session;
  Driven driven(session);
  driven.parks = true;
  driven.sent.reserve(1'000'000);
  session.calls.reserve(100);
  const memory::Watch watch;
  const auto sends_much = [&] {
    driven.room = 1000;
    driven.comes(std::string(60'000, 'a'));
    driven.go_on();
    const auto while_waiting = memory::live_bytes();
    driven.reads(100'000);
    return while_waiting;
  };
  sends_much();
  const auto before = memory::live_bytes();
  CHECK(sends_much() > before + 59'000);
  CHECK(memory::live_bytes() <= before + 500);
}
