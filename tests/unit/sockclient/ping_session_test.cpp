#include "sockclient/ping_session.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/cuts.hpp"

using namespace sockclient;
using namespace std::chrono_literals;
using Carrier = PingSession::Carrier;
using Texts = std::vector<std::string>;

namespace {

constexpr PingSession::Time start{1h};

std::string word_of(const PingEvent& event) {
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(event.time).count();
  switch (event.kind) {
    case PingEvent::Kind::answered:
      return fmt::format("{} in {}{}", event.number, time, event.is_reordered ? ", reordered" : "");
    case PingEvent::Kind::lost:
      return fmt::format("{} {} after {}", event.number, to_string(event.reason), time);
    case PingEvent::Kind::again:
      return fmt::format("{} again after {}", event.number, time);
    case PingEvent::Kind::foreign:
      return fmt::format("foreign {}", event.bytes);
  }
  return {};
}

// A session in virtual time.
class Played {
 public:
  explicit Played(Carrier carrier, PingOptions options = {},
                  std::chrono::milliseconds patience = 10s)
      : session(options, carrier, patience, 1, start), payload_(options.size, 1) {}

  // Sends so many, without letting time pass.
  void send(int count = 1) {
    for (int i = 0; i < count; ++i) {
      CHECK(session.next_payload() == text(session.totals().sent + 1));
      session.sent(now);
    }
  }

  void receive(std::string_view bytes) { session.received(bytes, now); }
  void answer(std::uint64_t number) { receive(text(number)); }
  std::string text(std::uint64_t number) { return std::string(payload_.of(number)); }

  Texts events() {
    Texts words;
    for (const auto& event : session.take_events()) words.push_back(word_of(event));
    return words;
  }

  PingSession::Time now = start;
  PingSession session;

 private:
  PingPayload payload_;
};

}  // namespace

TEST_CASE(
    "a ping is sent each interval, whether or not the last is answered, and the last ends it") {
  Played played(Carrier::stream, {.count = 2, .interval = 1s});
  CHECK(played.session.next_at() == start);
  played.send();
  CHECK(played.session.next_at() == start + 1s);
  played.now += 1s;
  played.send();
  CHECK(played.session.next_at() == sock::no_deadline);
  played.answer(1);
  CHECK_FALSE(played.session.is_over());
  played.answer(2);
  CHECK(played.session.is_over());
  CHECK(played.events() == Texts{"1 in 1000", "2 in 0"});
  CHECK(played.session.totals().is_flawless());
}

TEST_CASE("without an interval a ping is due when the last is answered") {
  Played played(Carrier::stream, {.interval = 0s});
  played.send();
  CHECK(played.session.next_at() == sock::no_deadline);
  played.now += 5ms;
  played.answer(1);
  CHECK(played.session.next_at() <= played.now);
  CHECK(played.events() == Texts{"1 in 5"});
}

TEST_CASE("answers are told apart wherever the reads cut them, and timed by their last byte") {
  PingPayload payload(32, 1);
  std::string stream;
  for (const auto number : {1U, 2U, 3U}) stream += payload.of(number);
  for (const auto& reads : every_cut(stream)) {
    Played played(Carrier::stream, {.size = 32});
    played.send(3);
    std::size_t came = 0;
    Texts expected;
    for (const auto read : reads) {
      ++played.now;
      played.now += 1ms;
      const auto whole = came / 32;
      came += read.size();
      played.receive(read);
      for (auto number = whole + 1; number <= came / 32; ++number) {
        const auto took = std::chrono::floor<std::chrono::milliseconds>(played.now - start);
        expected.push_back(fmt::format("{} in {}", number, took.count()));
      }
    }
    CHECK(played.events() == expected);
    CHECK(played.session.totals().is_flawless());
    CHECK(played.session.waiting() == 0);
  }
}

TEST_CASE("each byte is compared: an altered answer makes its ping a wrong one, and no other") {
  PingPayload payload(16, 1);
  std::string stream;
  for (const auto number : {1U, 2U, 3U}) stream += payload.of(number);
  for (std::size_t i = 0; i < stream.size(); ++i) {
    std::string altered = stream;
    altered[i] ^= 1;
    for (const auto& reads : {Reads{altered}, Reads{std::string_view(altered).substr(0, i + 1),
                                                    std::string_view(altered).substr(i + 1)}}) {
      Played played(Carrier::stream, {.size = 16});
      played.send(3);
      for (const auto read : reads) played.receive(read);
      const auto& totals = played.session.totals();
      CHECK(totals.wrong >= 1);
      CHECK_FALSE(totals.is_flawless());
      CHECK(totals.times.count() + totals.lost + played.session.waiting() == 3);
      // Its number may have become that of another one.
      if (i % 16 != 0) CHECK(totals.times.count() == 2);
    }
  }
}

TEST_CASE("what has no number of a ping that waits is the answer to the first of a stream") {
  Played played(Carrier::stream);
  played.send(2);
  played.receive("pues hola\n");
  played.answer(2);
  CHECK(played.events() == Texts{"1 wrong after 0", "2 in 0"});
  played.receive("adios\n");
  CHECK(played.events() == Texts{"foreign 6"});
  CHECK(played.session.totals().wrong == 2);
}

TEST_CASE("what a server says first is passed over, in each connection") {
  Played played(Carrier::stream);
  for (const std::uint64_t number : {1U, 2U}) {
    played.session.connected(played.now + 5s);
    CHECK(played.session.next_at() == played.now + 5s);
    played.receive("welcome\nName: ");
    played.now += 5s;
    played.send();
    played.answer(number);
    CHECK(played.events() == Texts{fmt::format("{} in 0", number)});
    played.receive("adios\n");
    CHECK(played.events() == Texts{"foreign 6"});
    played.session.lost_connection(Reason::closed, played.now);
  }
  CHECK(played.session.totals().wrong == 2);
}

TEST_CASE("a line that does not end is cut at the size of a payload") {
  Played played(Carrier::stream, {.size = 21});
  played.send(2);
  played.receive(std::string(20, 'x'));
  CHECK(played.events().empty());
  played.receive("x");
  CHECK(played.events() == Texts{"1 wrong after 0"});
  played.answer(2);
  CHECK(played.events() == Texts{"2 in 0"});
}

TEST_CASE("an answer of a stream that comes again is wrong") {
  Played played(Carrier::stream);
  played.send();
  played.answer(1);
  played.answer(1);
  CHECK(played.events() == Texts{"1 in 0", "1 again after 0"});
  CHECK(played.session.totals().wrong == 1);
}

TEST_CASE("the answers of another client are told from ours") {
  Played played(Carrier::datagrams);
  PingPayload others(64, 2);
  played.send(2);
  played.receive(others.of(7));
  CHECK(played.events() == Texts{"foreign 64"});
  played.receive(others.of(1));
  CHECK(played.events() == Texts{"1 wrong after 0"});
}

TEST_CASE("an answer is waited for as long as one is patient, then the connection is given up") {
  Played played(Carrier::stream, {.count = 3, .interval = 6s});
  CHECK(played.session.deadline() == sock::no_deadline);
  played.send();
  played.now += 6s;
  played.send();
  CHECK(played.session.deadline() == start + 10s);
  played.now = start + 10s - 1ns;
  CHECK_FALSE(played.session.give_up(played.now));
  ++played.now;
  CHECK(played.session.give_up(played.now));
  CHECK(played.events() == Texts{"1 timeout after 10000", "2 timeout after 4000"});
  CHECK(played.session.deadline() == sock::no_deadline);
  CHECK_FALSE(played.session.is_over());
}

TEST_CASE("without end to the patience nothing is given up") {
  Played played(Carrier::stream, {}, 0s);
  played.send();
  CHECK(played.session.deadline() == sock::no_deadline);
  CHECK_FALSE(played.session.give_up(start + 1000h));
}

TEST_CASE("a lost connection takes with it what waits, and is not made anew at once") {
  Played played(Carrier::stream, {.interval = 0s, .size = 32});
  played.send();
  played.receive(played.text(1).substr(0, 20));
  played.session.lost_connection(Reason::reset, played.now);
  CHECK(played.events() == Texts{"1 reset after 0"});
  CHECK(played.session.next_at() == start + 100ms);
  played.now += 100ms;
  played.session.cannot_send(Reason::refused, played.now);
  CHECK(played.events() == Texts{"2 refused after 0"});
  CHECK(played.session.next_at() == start + 200ms);
  played.send();
  played.answer(3);  // what had come of the first is forgotten
  CHECK(played.events() == Texts{"3 in 0"});
  CHECK(played.session.totals().lost == 2);
  CHECK(played.session.totals().wrong == 0);
}

TEST_CASE("a connection that ends before a ping is sent costs one") {
  Played played(Carrier::stream);
  played.session.connected(played.now + 50ms);
  played.session.lost_connection(Reason::closed, played.now);
  CHECK(played.events() == Texts{"1 closed after 0"});
  CHECK(played.session.next_at() == start + 1s);
}

TEST_CASE("a part of an answer that is wrong already says more than the end of the connection") {
  for (const bool is_closed : {false, true}) {
    Played played(Carrier::stream);
    played.send(2);
    played.receive("pues hola");
    played.now += 10s;
    if (is_closed) {
      played.session.lost_connection(Reason::closed, played.now);
    } else {
      CHECK(played.session.give_up(played.now));
    }
    const std::string other = is_closed ? "closed" : "timeout";
    CHECK(played.events() == Texts{"1 wrong after 10000", "2 " + other + " after 10000"});
  }
}

TEST_CASE("datagrams may come in another order, twice and late, and that is told") {
  Played played(Carrier::datagrams, {.count = 4, .interval = 1s});
  played.send();
  played.now += 5s;
  played.send(3);
  played.answer(3);
  played.answer(2);
  played.answer(3);
  CHECK(played.events() == Texts{"3 in 0", "2 in 0, reordered", "3 again after 0"});
  played.now += 5s;
  CHECK(played.session.give_up(played.now));
  CHECK(played.events() == Texts{"1 timeout after 10000"});
  CHECK(played.session.waiting() == 1);  // the others may still come
  played.now += 1s;
  played.answer(1);
  played.answer(4);
  CHECK(played.events() == Texts{"1 again after 11000", "4 in 6000"});
  const auto& totals = played.session.totals();
  CHECK(played.session.is_over());
  CHECK(totals.sent == 4);
  CHECK(totals.times.count() == 3);
  CHECK(totals.lost == 1);
  CHECK(totals.late == 1);
  CHECK(totals.doubled == 1);
  CHECK(totals.reordered == 1);
  CHECK(totals.wrong == 0);
}

TEST_CASE("a datagram that is cut, joined or empty is wrong") {
  Played played(Carrier::datagrams);
  played.send(3);
  played.receive(played.text(1).substr(0, 63));
  played.receive(played.text(2) + played.text(3));
  played.receive("");
  CHECK(played.events() == Texts{"1 wrong after 0", "2 wrong after 0", "foreign 0"});
}

TEST_CASE("pings of long ago are forgotten, and their answers are foreign") {
  Played played(Carrier::datagrams, {.interval = 0s});
  for (std::uint64_t number = 1; number <= 3000; ++number) {
    played.send();
    played.answer(number);
  }
  played.events();
  played.answer(2900);
  played.answer(1);
  CHECK(played.events() == Texts{"2900 again after 0", "foreign 64"});
}
