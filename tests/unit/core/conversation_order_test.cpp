// Everything that can happen to a member, in every order, and what must hold whatever the order is.

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/conversation.hpp"
#include "sock/room_log.hpp"
#include "support/catch.hpp"
#include "support/driven.hpp"
#include "support/scripted_session.hpp"

namespace {

using namespace std::chrono_literals;
using sock::End;

enum class Event { read, full, room, line, silence, stop, peer_end, cut };

// A member to whom things happen, and what it should have said by then.
class Member {
 public:
  explicit Member(bool parks) {
    other_.join();
    session.bytes = [](std::string_view in, std::string& out) {
      auto step = ScriptedSession::capitals(in, out);
      step.silence = 1000ms;
      return step;
    };
    session.silence = [](std::string& out) {
      out += "?";
      return sock::Step{};
    };
    driven.parks = parks;
    driven.go_on();
  }

  // `by_others`: another thread sends what was said, if it can.
  void happens(Event event, bool by_others) {
    switch (event) {
      case Event::read:
        driven.comes("ab");
        break;
      case Event::full:
        driven.room = 1;
        break;
      case Event::room:
        driven.room = Driven::any;
        break;
      case Event::line:
        if (session.ends.empty()) lines += "[uno]";
        log_.add(sock::RoomLog::Line("[uno]"), other_);
        if (by_others) driven.deliver();
        break;
      case Event::silence:
        driven.pass(1s);
        break;
      case Event::stop:
        driven.stop();
        break;
      case Event::peer_end:
        driven.peer_ends();
        break;
      case Event::cut:
        driven.cut(End::idle);
        break;
    }
    driven.go_on();
  }

  // Whatever waited for something has it now.
  void finish() {
    driven.room = Driven::any;
    driven.release();
    driven.peer_ends();
    driven.go_on();
    for (int i = 0; i < 20; ++i) driven.pass(1s);
  }

 private:
  sock::RoomLog log_{100'000, 0};
  sock::Feed other_{log_};

 public:
  ScriptedSession session{&log_};
  Driven driven{session};
  std::string lines;
};

void check(const std::vector<Event>& order, bool parks, bool by_others) {
  Member member(parks);
  const bool is_cut = std::count(order.begin(), order.end(), Event::cut) > 0;
  for (const auto event : order) member.happens(event, by_others);
  member.finish();
  CHECK(member.driven.closed);
  CHECK(member.driven.ends == 1);
  CHECK(member.session.ends.size() == 1);
  std::string sent = member.driven.sent;
  if (is_cut) {  // what was sent is the beginning of what would have been
    CHECK(sent.starts_with("hi "));
    return;
  }
  // Each thing once, whole, and the last words last.
  CHECK(sent.starts_with("hi "));
  CHECK(sent.ends_with("bye"));
  sent = sent.substr(3, sent.size() - 6);
  const auto take = [&sent](std::string_view what) {
    const auto at = sent.find(what);
    if (at == std::string::npos) return false;
    sent.erase(at, what.size());
    return true;
  };
  if (!member.lines.empty()) CHECK(take(member.lines));
  const bool has_answered = take("AB");
  const auto& calls = member.session.calls;
  const bool was_read = std::count(calls.begin(), calls.end(), "bytes") > 0;
  CHECK(has_answered == was_read);
  const bool was_silent = std::count(calls.begin(), calls.end(), "silence") > 0;
  CHECK(take("?") == was_silent);
  CHECK(sent.empty());
  // What had come before the stop was answered, unless the peer's end came first.
  const auto at = [&order](Event event) { return std::find(order.begin(), order.end(), event); };
  if (at(Event::read) < std::min(at(Event::stop), at(Event::peer_end))) CHECK(has_answered);
}

}  // namespace

TEST_CASE("conversation: in every order of what can happen, each thing is said once and in order") {
  std::vector<Event> order{Event::read,    Event::full, Event::room,    Event::line,
                           Event::silence, Event::stop, Event::peer_end};
  do {
    for (const bool parks : {false, true}) {
      for (const bool by_others : {false, true}) check(order, parks, by_others);
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("conversation: a cut in any order ends it at once, and once") {
  std::vector<Event> order{Event::read, Event::full,     Event::line,
                           Event::stop, Event::peer_end, Event::cut};
  do {
    for (const bool parks : {false, true}) check(order, parks, true);
  } while (std::next_permutation(order.begin(), order.end()));
}
