// One conversation, and whatever can happen to it, in any order: tests/support/driven.hpp plays the
// driver, the socket and the time.
//
// The input's first byte chooses what the session does, the second whether others hear it and how
// its driver behaves. Of the rest, each byte is something that happens, with a number in its upper
// half. Answers are capitals, others' lines are digits in brackets, first and last words small: so
// what was sent tells them apart.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "fuzz/require.hpp"
#include "support/driven.hpp"
#include "support/scripted_session.hpp"

namespace {

using namespace std::chrono_literals;
using sock::End;
using sock::Step;

constexpr std::size_t bound = 2000;

class Trial {
 public:
  Trial(unsigned kind, bool has_room, bool parks)
      : session_(has_room ? &log_ : nullptr), driven_(session_) {
    other_.join();
    session_.bytes = [this, kind](std::string_view in, std::string& out) {
      return answer(kind, in, out);
    };
    session_.silence = [this](std::string& out) {
      say("Q", out);
      return Step{};
    };
    driven_.parks = parks;
    driven_.most_sent = kind / 8 % 4 == 0 ? Driven::any : kind / 8 % 4;
  }

  void happens(unsigned what, unsigned number) {
    switch (what) {
      case 0:
        driven_.comes(std::string(number * number * 16 + 1, 'a'));
        break;
      case 1:
        driven_.comes(std::string(number + 1, static_cast<char>('a' + number)));
        break;
      case 2:
        driven_.room = number;
        break;
      case 3:
        driven_.room = Driven::any;
        break;
      case 4:
        line();
        break;
      case 5:
        line();
        driven_.deliver();
        break;
      case 6:
        for (unsigned i = 0; i < 20 * number; ++i) line();
        break;
      case 7:
        driven_.pass(number * 50ms);
        break;
      case 8:
        driven_.taken += number;
        break;
      case 9:
        driven_.held_up = number % 2 == 1;
        driven_.busy = number % 4 > 1;
        break;
      case 10:
        driven_.stop();
        break;
      case 11:
        driven_.release();
        break;
      case 12:
        is_harmed_ = is_harmed_ || number % 4 == 0;
        driven_.peer_ends(number % 4 == 0 ? End::lost : End::peer_closed);
        break;
      case 13:
        if (number != 0) break;
        driven_.cut(End::idle);
        is_harmed_ = true;
        break;
      case 14:
        if (session_.failing_call == 0) session_.failing_call = session_.calls.size() + 1;
        break;
      case 15:
        driven_.breaks = number == 0;
        is_harmed_ = is_harmed_ || driven_.breaks;
        break;
      default:
        break;
    }
    driven_.go_on();
  }

  // Whatever waits for something gets it.
  void finish() {
    driven_.room = Driven::any;
    driven_.release();
    driven_.go_on();
    driven_.peer_ends();
    for (int i = 0; i < 100 && !driven_.closed; ++i) driven_.pass(1s);
    require(driven_.closed, "it does not come to its end");
    require(driven_.ends == 1 && session_.ends.size() == 1, "not told of the end once");
    judge();
  }

 private:
  Step answer(unsigned kind, std::string_view in, std::string& out) {
    const auto some = kind % 2 == 0 ? in : in.substr(0, 1 + in.size() / 2);
    Step step{.consumed = some.size(), .in_place = kind / 2 % 2 == 1};
    if (kind / 4 % 2 == 1) step.silence = 100ms;
    if (step.in_place) {
      say("P", out);
      answers_ += some;
    } else {
      for (const char c : some) say(std::string_view(&c, 1), out);
    }
    return step;
  }
  void say(std::string_view text, std::string& out) {
    out += text;
    answers_ += text;
  }

  // Nobody hears it who has left, or has not joined.
  void line() {
    const std::string text = "[" + std::to_string(++line_) + "]";
    const bool is_heard = session_.own_feed && !session_.calls.empty() && session_.ends.empty() &&
                          session_.failing_call != 1;
    if (is_heard) lines_ += text;
    said_ += text.size();
    log_.add(sock::RoomLog::Line(text), other_);
    for (std::string heard; other_.take(heard); heard.clear()) continue;
  }

  void judge() const {
    std::string_view sent = driven_.sent;
    const bool is_whole = sent.ends_with("|bye");
    require(is_whole || !is_well(), "no last words");
    if (is_whole) sent.remove_suffix(4);
    const std::string_view first = std::string_view("hi|").substr(0, sent.size());
    require(sent.starts_with(first), "first words are not first");
    sent.remove_prefix(first.size());
    if (!is_whole) sent = sent.substr(0, sent.find('|'));  // a part of the last words
    std::string answers, lines;
    bool in_line = false;
    for (const char c : sent) {
      if (c == '[') in_line = true;
      (in_line ? lines : answers) += c;
      if (c == ']') in_line = false;
    }
    require(is_whole ? answers == answers_ : answers_.starts_with(answers), "answers");
    require(is_whole ? lines == lines_ : lines_.starts_with(lines), "lines");
  }
  bool is_well() const {
    const bool has_failed =
        session_.failing_call > 0 && session_.calls.size() >= session_.failing_call;
    const bool may_be_slow = session_.own_feed && said_ > bound;
    return !is_harmed_ && !has_failed && !may_be_slow;
  }

  sock::RoomLog log_{bound, 0};
  sock::Feed other_{log_};
  struct Session : ScriptedSession {
    explicit Session(sock::RoomLog* room) : ScriptedSession(room) {
      greeting = "hi|";
      last_words = "|bye";
    }
  } session_;
  Driven driven_;
  std::string answers_;  // all that were made
  std::string lines_;    // all that it may hear
  unsigned line_ = 0;
  std::size_t said_ = 0;
  bool is_harmed_ = false;  // cut, or lost
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  Trial trial(data[0], data[1] % 2 == 1, data[1] / 2 % 2 == 1);
  size = std::min<std::size_t>(size, 300);
  for (std::size_t i = 2; i < size; ++i) trial.happens(data[i] % 16U, data[i] / 16U);
  trial.finish();
  return 0;
}
