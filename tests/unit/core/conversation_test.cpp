// One conversation without a socket: its order, every cut of what comes and goes, and a session
// that fails. The room is in conversation_room_test.cpp, the stop in conversation_stop_test.cpp.

#include "core/conversation.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/message_session.hpp"
#include "sock/service.hpp"
#include "support/catch.hpp"
#include "support/cuts.hpp"
#include "support/driven.hpp"
#include "support/recorder.hpp"
#include "support/scripted_session.hpp"

namespace {

using sock::End;
using sock::Step;
using Kind = Driven::Action::Kind;

// Everything that was sent to a peer that sends `reads` and ends; after each action others have
// their turn if `parks`.
std::string said_to(ScriptedSession& session, const Reads& reads, std::size_t most_sent,
                    bool parks) {
  Driven driven(session);
  driven.parks = parks;
  driven.most_sent = most_sent;
  for (const auto read : reads) driven.comes(read);
  driven.peer_ends();
  driven.go_on();
  CHECK(driven.closed);
  CHECK(driven.ends == 1);
  CHECK(session.ends == std::vector{End::peer_closed});
  CHECK(driven.conversation.bytes_out() == driven.sent.size());
  return driven.sent;
}

void check_every_cut(const std::function<Step(std::string_view, std::string&)>& bytes,
                     std::string_view in, std::string_view expected) {
  for (const auto& cut : every_cut(in)) {
    for (const std::size_t most_sent :
         {std::size_t{1}, std::size_t{2}, std::size_t{5}, Driven::any}) {
      for (const bool parks : {false, true}) {
        ScriptedSession session;
        session.bytes = bytes;
        CHECK(said_to(session, cut, most_sent, parks) == expected);
      }
    }
  }
}

}  // namespace

TEST_CASE("conversation: first words first, last words last, however reads and sends are cut") {
  check_every_cut(ScriptedSession::capitals, "uno dos tres", "hi UNO DOS TRESbye");
}

TEST_CASE("conversation: an answer in place is sent behind what was said, however it is cut") {
  const auto in_place = [](std::string_view in, std::string&) {
    return Step{.consumed = in.size(), .in_place = true};
  };
  check_every_cut(in_place, "uno dos tres", "hi uno dos tresbye");
  const auto with_words = [](std::string_view in, std::string& out) {
    for (const char c : in) out += c == 'x' ? "[x]" : "";
    return Step{.consumed = in.size(), .in_place = true};
  };
  ScriptedSession session;
  session.bytes = with_words;
  CHECK(said_to(session, {"axb", "c"}, 2, true) == "hi [x]axbcbye");
}

TEST_CASE(
    "conversation: input that a session leaves is offered again, and others have a turn first") {
  const auto one_at_a_time = [](std::string_view in, std::string& out) {
    out += in.front();
    return Step{.consumed = 1};
  };
  check_every_cut(one_at_a_time, "uno dos", "hi uno dosbye");
  ScriptedSession session;
  session.bytes = one_at_a_time;
  Driven driven(session);
  driven.comes("abcde");
  driven.go_on();
  CHECK(driven.sent == "hi abcde");
  CHECK(driven.yields == 4);
}

TEST_CASE("conversation: input waits until the answers are sent") {
  ScriptedSession session;
  Driven driven(session);
  driven.room = 1;
  driven.comes("a");
  driven.comes("b");
  CHECK(driven.go_on().kind == Kind::send);
  CHECK(session.calls == std::vector<std::string>{"open"});
  CHECK(driven.reads(2).kind == Kind::send);
  CHECK(driven.sent == "hi ");
  CHECK(session.calls == std::vector<std::string>{"open", "bytes"});
  CHECK(driven.reads(1).kind == Kind::send);
  CHECK(driven.sent == "hi A");
  CHECK(driven.reads(1).kind == Kind::receive);
  CHECK(driven.sent == "hi AB");
}

TEST_CASE(
    "conversation: a session that fails at any call ends, is told of it once, says nothing more") {
  for (std::size_t call = 1; call <= 4; ++call) {
    for (const bool parks : {false, true}) {
      ScriptedSession session;
      session.failing_call = call;
      Driven driven(session);
      driven.parks = parks;
      driven.comes("a");
      driven.comes("b");
      driven.peer_ends();
      driven.go_on();
      CHECK(driven.closed);
      CHECK(driven.ends == 1);
      CHECK_FALSE(driven.lingers);
      const std::vector<std::string> said{"", "hi ", "hi A", "hi AB"};
      CHECK(driven.sent == said.at(call - 1));
      CHECK(session.ends == std::vector{call == 4 ? End::peer_closed : End::lost});
      CHECK(driven.conversation.cause() == End::lost);
    }
  }
}

TEST_CASE("conversation: one that the session closes is sent its last words, and lingers") {
  ScriptedSession session;
  session.bytes = [](std::string_view, std::string& out) {
    out += "enough ";
    return Step{.consumed = 1, .close = true};
  };
  Driven driven(session);
  driven.comes("abc");
  driven.go_on();
  CHECK(driven.sent == "hi enough bye");
  CHECK(session.ends == std::vector{End::by_server});
  CHECK(driven.lingers);
  CHECK_FALSE(driven.closed);
  driven.comes("what still comes");
  driven.peer_ends();
  driven.go_on();
  CHECK(driven.closed);
  CHECK(session.calls == std::vector<std::string>{"open", "bytes", "end"});
}

TEST_CASE("conversation: a peer that has ended above TCP has closed") {
  ScriptedSession session;
  session.bytes = [](std::string_view in, std::string&) {
    return Step{.consumed = in.size(), .peer_ended = true};
  };
  Driven driven(session);
  driven.comes("the end");
  driven.go_on();
  CHECK(driven.closed);
  CHECK(driven.sent == "hi bye");
  CHECK(session.ends == std::vector{End::peer_closed});
}

TEST_CASE("conversation: nothing is sent on a connection that is lost") {
  ScriptedSession session;
  Driven driven(session);
  driven.comes("a");
  driven.peer_ends(End::lost);
  driven.go_on();
  CHECK(driven.closed);
  CHECK(driven.sent == "hi A");
  CHECK(session.ends == std::vector{End::lost});

  ScriptedSession other;
  Driven broken(other);
  broken.breaks = true;
  broken.go_on();
  CHECK(broken.closed);
  CHECK(other.ends == std::vector{End::lost});
}

TEST_CASE("conversation: a read brings 256 messages at most to a turn, in a room 64") {
  for (const bool has_room : {false, true}) {
    const auto service = sock::find_service(has_room ? "chat" : "quit")->make({.rate = 0});
    Recorder recorder;
    const sock::Client client{1, {"127.0.0.1", 5000}};
    const auto session = service->open(client, recorder);
    Driven driven(*session, &recorder);
    std::string lines;
    for (int i = 0; i < 1000; ++i) lines += "a\n";
    driven.comes(lines);
    driven.go_on();
    CHECK(driven.yields == (has_room ? 1000 / 64 : 1000 / 256));
    CHECK(recorder.count("1 received a") == 1000);
  }
}

TEST_CASE("conversation: the observer is told of the first byte once, and of all that moved") {
  struct Bytes final : sock::Observer {
    void active(const sock::Client&) noexcept override { ++actives; }
    void read(const sock::Client&, std::string_view bytes) noexcept override { in += bytes; }
    void wrote(const sock::Client&, std::string_view bytes) noexcept override { out += bytes; }
    int actives = 0;
    std::string in, out;
  } bytes;
  ScriptedSession session;
  Driven driven(session, &bytes);
  driven.parks = true;
  driven.most_sent = 2;
  driven.comes("uno ");
  driven.comes("dos");
  driven.peer_ends();
  driven.go_on();
  CHECK(bytes.actives == 1);
  CHECK(bytes.in == "uno dos");
  CHECK(bytes.out == driven.sent);
  CHECK(driven.conversation.bytes_in() == 7);
}
