#include "sock/faulty_end.hpp"

#include <chrono>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;
using sock::Fault;
using sock::Faults;
using sock::FaultyEnd;
using Kind = FaultyEnd::Verdict::Kind;

struct Sent {
  std::string bytes;
  std::chrono::milliseconds when;
  bool operator==(const Sent&) const = default;
};

// Sends texts through an end with faults, as a driver does, whose socket takes `takes` at once.
class Sender {
 public:
  explicit Sender(const Faults& wanted, std::size_t takes = std::string::npos)
      : faults(wanted), takes_(takes) {}

  // Until all is sent, discarded, or it is over.
  void send(std::string_view text) {
    for (;;) {
      const auto verdict = end.judge(text, now);
      if (verdict.kind == Kind::wait) {
        REQUIRE(verdict.until > now);
        now = verdict.until;
        continue;
      }
      if (verdict.kind != Kind::send) {
        over = verdict.kind;
        return;
      }
      REQUIRE_FALSE(end.output().empty());
      REQUIRE(end.output().size() <= text.size());
      const auto bytes = end.output().substr(0, takes_);
      log.push_back({std::string(bytes), since_begin()});
      end.sent(bytes.size(), now);
      text.remove_prefix(bytes.size());
      if (text.empty()) return;
    }
  }
  std::string all() const {
    std::string text;
    for (const auto& one : log) text += one.bytes;
    return text;
  }
  std::chrono::milliseconds since_begin() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - begin_);
  }
  std::vector<Fault> news() {
    std::vector<Fault> told;
    while (const auto one = end.take_news()) told.push_back(*one);
    return told;
  }

  Faults faults;
  FaultyEnd end{faults};
  sock::Clock::time_point now{100s};
  std::vector<Sent> log;
  Kind over = Kind::proceed;

 private:
  std::size_t takes_;
  sock::Clock::time_point begin_ = now;
};

}  // namespace

TEST_CASE("faults: none changes nothing") {
  Sender sender({});
  sender.send("hola");
  CHECK(sender.log == std::vector<Sent>{{"hola", 0ms}});
  CHECK(sender.news().empty());
  CHECK(sender.end.judge("", sender.now).kind == Kind::proceed);
}

TEST_CASE("faults: delay counts from when it was ready") {
  Sender sender({.delay = 200ms});
  sender.send("one");
  sender.now += 1s;
  sender.send("two");
  CHECK(sender.log == std::vector<Sent>{{"one", 200ms}, {"two", 1400ms}});
  CHECK(sender.news() == std::vector{Fault::delay});
}

TEST_CASE("faults: what a full socket left is not delayed again") {
  Sender sender({.delay = 200ms}, 2);
  sender.send("abcd");
  CHECK(sender.log == std::vector<Sent>{{"ab", 200ms}, {"cd", 200ms}});
}

TEST_CASE("faults: drip sends pieces, apart") {
  Sender sender({.drip = 2, .drip_pause = 20ms});
  sender.send("abcde");
  sender.send("f");
  CHECK(sender.log == std::vector<Sent>{{"ab", 0ms}, {"cd", 20ms}, {"e", 40ms}, {"f", 60ms}});
}

TEST_CASE("faults: rate lets no more through, and saves no burst up") {
  const std::size_t rate = GENERATE(1, 7, 1000, 100'000);
  Sender sender({.rate = rate});
  sender.send(std::string(rate * 2, 'x'));
  const auto first = sender.since_begin();
  CHECK(first <= 2000ms);
  CHECK(first >= 1000ms);  // the last piece needs no time behind it
  for (const auto& one : sender.log) {
    CHECK(one.bytes.size() <= std::max<std::size_t>(rate / 50, 1));
  }
  sender.now += 1h;
  const auto pieces = sender.log.size();
  sender.send(std::string(rate * 2, 'x'));
  CHECK(sender.log.size() == 2 * pieces);
}

TEST_CASE("faults: close and reset come with the byte that was asked for, however it is sent") {
  const bool resets = GENERATE(false, true);
  const std::uint64_t after = GENERATE(0, 1, 3, 4, 5, 9);
  const std::size_t takes = GENERATE(1, 2, 100);
  Faults faults;
  (resets ? faults.reset : faults.close) = after;
  Sender sender(faults, takes);
  sender.send("hola");
  if (sender.over == Kind::proceed) sender.send("\nadios");
  if (sender.over == Kind::proceed) sender.send("more");
  CHECK(sender.all() == std::string("hola\nadios").substr(0, after));
  CHECK(sender.over == (resets ? Kind::reset : Kind::close));
  CHECK(sender.news() == std::vector{resets ? Fault::reset : Fault::close});
  CHECK(sender.end.judge("more", sender.now).kind == sender.over);  // until it is done
  sender.end.finish();
  CHECK(sender.end.judge("", sender.now).kind == Kind::proceed);
}

TEST_CASE("faults: close and reset at once need nothing to send") {
  CHECK(Sender({.close = 0}).end.judge("", {}).kind == Kind::close);
  CHECK(Sender({.reset = 0}).end.judge("", {}).kind == Kind::reset);
}

TEST_CASE("faults: a reset waits for what is on its way, but not for ever") {
  const Faults faults{.reset = 0};
  FaultyEnd end(faults);
  const sock::Clock::time_point begin{100s};
  auto now = begin;
  while (const auto until = end.waits_until(now)) {
    REQUIRE(*until > now);
    now = *until;
  }
  CHECK(now - begin >= 1s);
  CHECK(now - begin <= 1010ms);
}

TEST_CASE("faults: mute throws away what is ready") {
  Sender sender({.mute = true});
  sender.send("hola");
  CHECK(sender.over == Kind::discard);
  CHECK(sender.news() == std::vector{Fault::mute});
  CHECK(sender.log.empty());
}

TEST_CASE("faults: deaf is until the end") {
  Sender sender({.deaf = true});
  CHECK(sender.end.is_deaf());
  sender.send("hola");
  CHECK(sender.all() == "hola");
  CHECK(sender.news() == std::vector{Fault::deaf});
  sender.end.finish();
  CHECK_FALSE(sender.end.is_deaf());
}

TEST_CASE("faults: one bit in every so many bytes is wrong, however they are sent") {
  const std::uint64_t every = GENERATE(1, 2, 3, 7, 100);
  const std::size_t takes = GENERATE(1, 2, 5, 1000);
  Sender sender({.flip = every}, takes);
  const std::string text(50, 'a');
  sender.send(text);
  sender.send(text);
  const auto sent = sender.all();
  REQUIRE(sent.size() == 100);
  for (std::size_t i = 0; i < sent.size(); ++i) {
    CHECK(sent[i] == ((i + 1) % every == 0 ? 'a' ^ 1 : 'a'));
  }
  CHECK(sender.news() == std::vector{Fault::flip});
}

TEST_CASE("faults combine") {
  Sender sender({.delay = 100ms, .drip = 2, .drip_pause = 10ms, .close = 5, .flip = 4});
  sender.send("aaaaaaaa");
  CHECK(sender.log == std::vector<Sent>{{"aa", 100ms}, {"a`", 110ms}, {"a", 120ms}});
  CHECK(sender.over == Kind::close);
}

TEST_CASE("faults: with a rate the pieces of drip are as they were asked for") {
  Sender sender({.drip = 100, .drip_pause = 10ms, .rate = 1000});
  sender.send(std::string(250, 'x'));
  CHECK(sender.log == std::vector<Sent>{{std::string(100, 'x'), 0ms},
                                        {std::string(100, 'x'), 100ms},
                                        {std::string(50, 'x'), 200ms}});
}

TEST_CASE("faults: none of them after the end") {
  Sender sender({.delay = 1h, .mute = true});
  sender.end.finish();
  sender.send("last words");
  CHECK(sender.log == std::vector<Sent>{{"last words", 0ms}});
}

TEST_CASE("a share of the connections is spread evenly") {
  const unsigned percent = GENERATE(0, 1, 10, 33, 50, 99, 100);
  sock::FaultShare share(percent);
  unsigned chosen = 0;
  for (unsigned i = 1; i <= 1000; ++i) {
    chosen += share.has_next() ? 1 : 0;
    CHECK(chosen == i * percent / 100);
  }
}
