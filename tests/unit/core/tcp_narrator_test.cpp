#include "sock/tcp_narrator.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;
using sock::TcpCause;
using sock::TcpInfo;
using sock::TcpState;
using sock::TimeWait;
using Told = std::vector<std::string>;

std::string text_of(const sock::TcpChange& change) {
  using What = sock::TcpChange::What;
  constexpr std::array causes{"?", "peer fin", "our fin", "acknowledged", "fins", "reset", "lost"};
  constexpr std::array sides{"here", "peer", "both", "none", "unknown", "open"};
  switch (change.what) {
    case What::state:
      return std::string(name_of(change.before)) + " " + std::string(name_of(change.now.state)) +
             " " + causes.at(static_cast<std::size_t>(change.why));
    case What::segments:
      return std::to_string(change.writes) + " writes " + std::to_string(*change.now.segments);
    case What::window_full:
      return "full";
    case What::window_open:
      return "open";
    case What::rtt:
      return "rtt " + std::to_string(change.now.rtt->count());
    case What::end:
      return std::string("end ") + sides.at(static_cast<std::size_t>(change.time_wait));
  }
  return {};
}

// A connection whose system says what the test wants, when it wants.
class Script {
 public:
  Told at(std::chrono::milliseconds time) {
    narrator.see(now, sock::Clock::time_point(1h) + time);
    return rest();
  }
  Told at(std::chrono::milliseconds time, TcpState state) {
    now.state = state;
    return at(time);
  }
  Told last(bool is_lost = false) {
    narrator.see_last(now, sock::Clock::time_point(1h), is_lost);
    return rest();
  }
  Told last(TcpState state, bool is_lost = false) {
    now.state = state;
    return last(is_lost);
  }

  sock::TcpNarrator narrator;
  TcpInfo now{.state = TcpState::established,
              .segments = 0,
              .unsent = 0,
              .window = 65536,
              .segment_size = 1460};

 private:
  Told rest() {
    Told told;
    while (const auto change = narrator.next()) told.push_back(text_of(*change));
    return told;
  }
};

}  // namespace

TEST_CASE("of a connection at which nothing changes nothing is told but its end") {
  Script script;
  CHECK(script.at(0ms).empty());
  CHECK(script.at(1h).empty());
  CHECK(script.last() == Told{"end here"});
  CHECK_FALSE(script.narrator.next());
}

TEST_CASE("the peer closes first") {
  Script script;
  CHECK(script.at(0ms, TcpState::close_wait) == Told{"ESTABLISHED CLOSE_WAIT peer fin"});
  CHECK(script.at(9ms).empty());
  SECTION("and our FIN goes with the close") { CHECK(script.last() == Told{"end peer"}); }
  SECTION("and we end our sending before") {
    script.narrator.ended();
    CHECK(script.at(9ms, TcpState::last_ack) == Told{"CLOSE_WAIT LAST_ACK our fin"});
    CHECK(script.last(TcpState::closed) == Told{"LAST_ACK CLOSE acknowledged", "end peer"});
  }
  SECTION("and is sent a reset, since not all was read") {
    script.now.unread = 3;
    CHECK(script.last() == Told{"end none"});
  }
}

TEST_CASE("we close first, and keep TIME_WAIT") {
  Script script;
  script.narrator.ended();
  CHECK(script.at(0ms, TcpState::fin_wait_1) == Told{"ESTABLISHED FIN_WAIT1 our fin"});
  CHECK(script.at(0ms, TcpState::fin_wait_2) == Told{"FIN_WAIT1 FIN_WAIT2 acknowledged"});
  SECTION("the peer answers with its FIN") {
    // The system says the same after a reset whose error was told already.
    CHECK(script.at(0ms, TcpState::closed).empty());
    CHECK(script.last() == Told{"FIN_WAIT2 CLOSE peer fin", "end here"});
  }
  SECTION("the peer does not answer") { CHECK(script.last() == Told{"end here"}); }
  SECTION("the peer resets it") {
    script.now.has_error = true;
    CHECK(script.at(0ms, TcpState::closed) == Told{"FIN_WAIT2 CLOSE reset"});
    CHECK(script.last() == Told{"end none"});
  }
  SECTION("the peer resets it, and the program was told") {
    CHECK(script.at(0ms, TcpState::closed).empty());
    CHECK(script.last(true) == Told{"FIN_WAIT2 CLOSE reset", "end none"});
  }
}

TEST_CASE("both close between two looks") {
  Script script;
  script.narrator.ended();
  SECTION("at once, as the system says") {
    CHECK(script.at(0ms, TcpState::closing) == Told{"ESTABLISHED CLOSING fins"});
    CHECK(script.last(TcpState::closed) == Told{"CLOSING CLOSE acknowledged", "end both"});
  }
  SECTION("in an order that was not seen") {
    CHECK(script.last(TcpState::closed) == Told{"ESTABLISHED CLOSE fins", "end unknown"});
  }
  SECTION("but right before our FIN there was none of the peer") {
    CHECK(script.at(0ms).empty());
    script.narrator.ending();
    CHECK(script.last(TcpState::closed) == Told{"ESTABLISHED CLOSE fins", "end here"});
  }
  SECTION("but the peer had none when another thread ended our sending") {
    script.narrator.ended(true);
    CHECK(script.last(TcpState::closed) == Told{"ESTABLISHED CLOSE fins", "end here"});
  }
  SECTION("first the peer: we had yet to send ours") {
    CHECK(script.at(0ms, TcpState::last_ack) == Told{"ESTABLISHED LAST_ACK fins"});
    CHECK(script.last(TcpState::closed) == Told{"LAST_ACK CLOSE acknowledged", "end peer"});
  }
}

TEST_CASE("without a FIN of ours, a closed connection was reset or given up") {
  Script script;
  SECTION("reset") { CHECK(script.at(0ms, TcpState::closed) == Told{"ESTABLISHED CLOSE reset"}); }
  SECTION("after no answer") {
    script.now.unanswered = 15;
    CHECK(script.at(0ms, TcpState::closed) == Told{"ESTABLISHED CLOSE lost"});
  }
  CHECK(script.last() == Told{"end none"});
}

TEST_CASE("segments are told beside writes, ten times a second, and the newest") {
  Script script;
  for (int write = 1; write <= 5; ++write) {
    script.narrator.wrote();
    script.now.segments = (write + 1) / 2;
    const Told told = script.at(write * 1ms);
    CHECK(told == (write == 1 ? Told{"1 writes 1"} : Told{}));
  }
  CHECK(script.at(100ms).empty());
  CHECK(script.at(101ms) == Told{"5 writes 3"});
  CHECK(script.at(1h).empty());
  script.now.segments = 4;  // one was sent again
  CHECK(script.at(2h) == Told{"5 writes 4"});
}

TEST_CASE("a system that does not count segments tells nothing of them") {
  Script script;
  script.now.segments = {};
  script.now.window = {};
  script.narrator.wrote();
  CHECK(script.at(0ms).empty());
  CHECK(script.last() == Told{"end here"});
}

TEST_CASE("the peer's window is full, and open again") {
  Script script;
  script.now.window = 0;
  script.now.unsent = 100'000;
  CHECK(script.at(0ms) == Told{"full"});
  CHECK(script.at(1h).empty());
  script.now.window = 2920;
  CHECK(script.at(2h) == Told{"open"});
  script.now.window = 0;
  CHECK(script.at(2h + 249ms).empty());
  CHECK(script.at(2h + 250ms) == Told{"full"});
}

TEST_CASE("a close with bytes for which the peer has no room may still become a reset") {
  Script script;
  script.now.window = 0;
  SECTION("while it is open") { CHECK(script.last() == Told{"end open"}); }
  SECTION("after our FIN, which waits behind them") {
    script.narrator.ended();
    CHECK(script.last(TcpState::fin_wait_1) == Told{"ESTABLISHED FIN_WAIT1 our fin", "end open"});
  }
  SECTION("but with bytes of the peer unread it is one") {
    script.now.unread = 1;
    CHECK(script.last() == Told{"end none"});
  }
}

TEST_CASE("a window that has no room for a segment is full if nothing is on its way") {
  Script script;
  script.now.window = 900;
  CHECK(script.at(0ms).empty());  // there is nothing to be sent
  script.now.unsent = 5000;
  script.now.in_flight = 1;
  CHECK(script.at(0ms).empty());
  script.now.in_flight = 0;
  CHECK(script.at(0ms) == Told{"full"});
}

TEST_CASE("the rtt is told when it is known, and when it has changed by half") {
  Script script;
  script.now.rtt = 40us;
  CHECK(script.at(0ms) == Told{"rtt 40"});
  script.now.rtt = 59us;
  CHECK(script.at(1h).empty());
  script.now.rtt = 60us;
  CHECK(script.at(2h) == Told{"rtt 60"});
  script.now.rtt = 31us;
  CHECK(script.at(3h).empty());
  script.now.rtt = 30us;
  CHECK(script.at(4h) == Told{"rtt 30"});
  script.now.rtt = 5000us;
  CHECK(script.at(4h + 499ms).empty());
  script.now.rtt = 6000us;
  CHECK(script.at(4h + 500ms) == Told{"rtt 6000"});
}

TEST_CASE("never more than 20 changes are told in a second, whatever changes") {
  Script script;
  std::vector<int> times;
  const auto count = [&](const Told& told, int time) {
    for (std::size_t i = 0; i < told.size(); ++i) times.push_back(time);
  };
  for (int time = 0; time < 3000; ++time) {
    script.narrator.wrote();
    script.now.segments = *script.now.segments + 1;
    script.now.window = time % 2 == 0 ? 0 : 65536;
    script.now.rtt = std::chrono::microseconds(time % 2 == 0 ? 10 : 100);
    if (time == 2500) script.now.state = TcpState::close_wait;
    if (time == 2501) script.now.state = TcpState::last_ack;
    count(script.at(std::chrono::milliseconds(time)), time);
  }
  count(script.last(TcpState::closed), 2999);
  for (std::size_t i = 20; i < times.size(); ++i) CHECK(times[i] - times[i - 20] >= 1000);
  CHECK(times.size() > 45);
}
