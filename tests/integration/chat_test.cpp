// The room over real sockets: who hears what, who leaves why, and that nobody waits for anybody.

#include <poll.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "sock/server.hpp"
#include "sock/wait.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/member.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"

namespace {

using namespace std::chrono_literals;
using sock::End;
using sock::Mode;

// Talks until somebody has been ended for not reading, no faster than the one who reads has
// `heard`: whose thread gets no time does not read either.
void talk_until_somebody_left(RunningServer& running, Member& talker,
                              const std::atomic<int>& heard) {
  const std::string line(1000, 'x');
  const auto left = [&running] { return !running.recorder.closings().empty(); };
  for (int said = 0; said < 100'000 && !left(); ++said) {
    REQUIRE(eventually([&] { return said - heard < 500 || left(); }));
    talker.say(line);
  }
  REQUIRE(eventually(left));
}

}  // namespace

TEST_CASE("what one says the others read, and its author does not") {
  const auto options = GENERATE(from_range(side_by_side));
  RunningServer running("chat", options);
  Member ana(running, "ana");
  Member eva(running, "eva");
  CHECK(ana.until("* guest2 is now eva"));
  ana.say("hola");
  CHECK(eva.hear() == "ana: hola");
  eva.say("que tal");
  CHECK(ana.hear() == "eva: que tal");
  eva.say("/msg ANA psst");
  CHECK(ana.hear() == "eva -> you: psst");
  CHECK(eva.hear() == "* to ana: psst");
}

TEST_CASE("in mode blocking the room has one member at a time, and remembers") {
  RunningServer running("chat", {.mode = Mode::blocking});
  {
    Member ana(running, "ana");
    ana.say("hay alguien?");
    ana.say("/quit");
    CHECK(ana.hear() == "* adios");
    CHECK(ana.hear() == "<end>");
  }
  auto next = running.connect();
  CHECK(read_exactly(next, 60).starts_with("* 1 earlier message:\nana: hay alguien?\n* welcome"));
}

TEST_CASE("the others read why a member has left") {
  const auto options = GENERATE(from_range(side_by_side));
  RunningServer running("chat", options);
  Member stays(running, "stays");
  const auto joins = [&](const std::string& name) {
    auto member = std::make_unique<Member>(running, name);
    stays.say("/who");  // what was said before is heard before
    return member;
  };
  auto quits = joins("quits");
  quits->say("/quit");
  CHECK(stays.until("* quits left"));
  auto closes = joins("closes");
  closes->stream.shutdown_send();
  CHECK(stays.until("* closes left"));
  CHECK(closes->hear() == "<end>");
  auto vanishes = joins("vanishes");
  stays.say("goodbye");  // which is not read
  REQUIRE(sock::wait_for(vanishes->stream.native_handle(), POLLIN, sock::no_deadline));
  reset(vanishes->stream);
  CHECK(stays.until("* vanishes left (connection lost)"));
}

TEST_CASE("a member that is idle is ended and the others read so") {
  auto options = GENERATE(from_range(side_by_side));
  options.idle_timeout = 1s;
  RunningServer running("chat", options);
  Member silent(running, "silent");
  Member talks(running, "talks");
  bool has_left = false;
  // Asks all the time, so as not to be idle itself; what it says would reach the silent one too.
  while (!has_left) {
    talks.say("/who");
    const std::string heard = talks.hear();
    REQUIRE(heard != "<end>");
    has_left = heard == "* silent left (idle)";
  }
}

TEST_CASE("a member that does not read is ended, and nobody waits for it") {
  const auto options = GENERATE(from_range(side_by_side));
  RunningServer running("chat", options, {.rate = 0});
  Member stuck(running, "stuck");
  Member talker(running, "talker");
  Member reads(running, "reads");
  std::atomic<int> heard{0};
  bool told = false;
  std::jthread reader([&] {
    for (std::string line = reads.hear(); line != "<end>" && !told; line = reads.hear()) {
      if (line.starts_with("talker: ")) ++heard;
      told = line == "* stuck left (too slow)";
    }
  });
  talk_until_somebody_left(running, talker, heard);
  reader.join();
  CHECK(told);
  CHECK(running.recorder.closings().at(0).why == End::too_slow);
  talker.say("/who");
  CHECK(talker.until("* 2 here: talker (you), reads"));
}

TEST_CASE("a member whose socket was full hears the rest once it reads, without saying a word") {
  const auto options = GENERATE(from_range(side_by_side));
  RunningServer running("chat", options, {.max_queue = 100'000'000, .rate = 0});
  Member slow(running, "slow");
  Member talker(running, "talker");
  const std::string line(1000, 'x');
  constexpr int lines = 20'000;  // more than the system holds for one that does not read
  for (int i = 0; i < lines; ++i) talker.say(line);
  talker.say("the end");
  CHECK(slow.until("talker: the end"));
  talker.say("one more");
  CHECK(slow.until("talker: one more"));
}

TEST_CASE("an answer is not overtaken by what was said because of it") {
  const auto options = GENERATE(from_range(side_by_side));
  RunningServer running("chat", options);
  Member ana(running, "ana");
  Member bot(running, "bot");
  std::jthread replies([&] {
    for (std::string heard = bot.hear(); heard != "<end>"; heard = bot.hear()) {
      if (heard.starts_with("ana -> you: ")) bot.say("/msg ana " + heard.substr(12));
    }
  });
  REQUIRE(ana.until("* guest2 is now bot"));
  for (int i = 0; i < 500; ++i) {
    const auto number = std::to_string(i);
    ana.say("/msg bot " + number);
    CHECK(ana.hear() == "* to bot: " + number);
    CHECK(ana.hear() == "bot -> you: " + number);
  }
  bot.say("/quit");
}

TEST_CASE("one who talks in the shortest lines at full speed drives nobody out who reads") {
  const auto options = GENERATE(from_range(side_by_side));
  RunningServer running("chat", options);
  Member talker(running, "talker");
  Member reads(running, "reads");
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "a\n";
  std::size_t heard = 0;
  std::thread reader([&] {
    while (heard < 100'000 && reads.hear() == "talker: a") ++heard;
  });
  talker.stream.write(text);
  reader.join();
  CHECK(heard == 100'000);
}

TEST_CASE("a member that asks and does not read costs bounded memory, and others chat on") {
  const auto options = GENERATE(from_range(side_by_side));
  RunningServer running("chat", options);
  Member asks(running, "asks");
  Member ana(running, "ana");
  Member eva(running, "eva");
  std::string questions;
  for (int i = 0; i < 10'000; ++i) questions += "/who\n";
  // As much as the system takes: the server stops reading from it, since it does not read.
  while (asks.stream.try_write(questions).state == sock::TryState::done) {
  }
  ana.say("hola");
  CHECK(eva.until("ana: hola"));
  CHECK(running.server.totals().active == 3);
}

TEST_CASE("at a stop every member reads that the server is shutting down") {
  for (const auto mode : all_modes) {
    RunningServer running("chat", {.mode = mode});
    std::vector<std::unique_ptr<Member>> members;
    const int count = mode == Mode::blocking ? 1 : 5;
    for (int i = 0; i < count; ++i) members.push_back(std::make_unique<Member>(running));
    if (count > 1) members.front()->say("ultima palabra");
    if (count > 1) REQUIRE(members.back()->until("guest1: ultima palabra"));
    running.server.stop();
    for (auto& member : members) {
      CHECK(member->until("* the server is shutting down"));
      CHECK(member->hear() == "<end>");
    }
  }
}

TEST_CASE("adios is the last line that a member reads, however much the others say") {
  const auto options = GENERATE(from_range(side_by_side));
  RunningServer running("chat", options, {.max_queue = 100'000'000, .rate = 0});
  std::atomic<bool> done{false};
  auto talker = running.connect();
  std::jthread reads([&talker] { read_all(talker); });
  std::jthread talks([&] {
    while (!done) talker.write("hola\n");
    talker.shutdown_send();
  });
  int late = 0;
  for (int i = 0; i < 100; ++i) {
    auto leaver = running.connect();
    leaver.write("/quit\n");
    if (!read_all(leaver).ends_with("\n* adios\n")) ++late;
  }
  done = true;
  CHECK(late == 0);
}

TEST_CASE("all members hear the same lines in the same order") {
  const auto options = GENERATE(from_range(side_by_side));
  RunningServer running("chat", options);
  constexpr int talkers = 4;
  constexpr int lines = 300;
  Member first(running, "first");
  Member second(running, "second");
  first.say("/who");
  REQUIRE(first.until("* 2 here: first (you), second"));
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < talkers; ++i) {
      threads.emplace_back([&running, i] {
        Member talker(running, "t" + std::to_string(i));
        for (int n = 0; n < lines; ++n) talker.say(std::to_string(n));
        talker.say("/quit");
        talker.until("* adios");
      });
    }
  }
  const auto all_of = [](Member& member) {
    std::vector<std::string> heard;
    for (int left = 0; left < talkers;) {
      heard.push_back(member.hear());
      if (heard.back().ends_with(" left")) ++left;
      if (heard.back() == "<end>") break;
    }
    return heard;
  };
  const auto one = all_of(first);
  CHECK(one == all_of(second));
  CHECK(std::ranges::count_if(one, [](const auto& line) { return line.starts_with("t0: "); }) ==
        lines);
}

namespace {

std::ptrdiff_t count(const char* folder) {
  const std::filesystem::directory_iterator all(folder);
  return std::distance(begin(all), end(all));
}

// One client after another that comes, takes a name, talks, asks, and leaves in some way.
void come_and_go(RunningServer& running, unsigned seed, const std::function<bool(int)>& goes_on) {
  std::mt19937 random(seed);
  for (int round = 0; goes_on(round); ++round) {
    auto stream = running.connect();
    const auto name = "p" + std::to_string(random() % 300);
    try {
      for (auto n = random() % 5; n > 0; --n) {
        stream.write("/nick " + name + "\nhola desde " + name + "\n/msg p1 x\n/who\n");
        stream.receive();
      }
      if (random() % 3 == 0) {
        stream.write("/quit\n");
        read_all(stream);
      }
    } catch (const std::system_error&) {  // the server's right when much is unread
    }
    if (random() % 2 == 0) reset(stream);
  }
}

void crowd(const sock::ServerOptions& options, unsigned clients,
           const std::function<bool(int)>& goes_on) {
  RunningServer running("chat", options);
  std::make_unique<Member>(running).reset();  // what is opened once is open then
  REQUIRE(eventually([&] { return running.server.totals().active == 0; }));
  const auto threads = count("/proc/self/task");
  const auto descriptors = count("/proc/self/fd");
  {
    std::vector<std::jthread> people;
    for (unsigned seed = 0; seed < clients; ++seed) {
      people.emplace_back([&running, &goes_on, seed] { come_and_go(running, seed, goes_on); });
    }
  }
  REQUIRE(eventually([&] { return running.server.totals().active == 0; }));
  CHECK(eventually([&] { return count("/proc/self/task") <= threads + 5; }));  // some are kept
  CHECK(eventually([&] { return count("/proc/self/fd") <= descriptors; }));
  // Some may have been accepted only just now, after they had gone.
  Member last(running);
  CHECK(eventually([&last] {
    last.say("/who");
    std::string heard = last.hear();
    while (heard != "<end>" && heard.find(" here: ") == heard.npos) heard = last.hear();
    return heard.starts_with("* 1 here: guest");
  }));
}

}  // namespace

TEST_CASE("clients that come, talk, rename and go at random leave nothing behind") {
  crowd(GENERATE(from_range(side_by_side)), 20, [](int round) { return round < 10; });
}

// By hand: integration_tests "[minute]"
TEST_CASE("two hundred clients that come and go for a minute leave nothing behind", "[.][minute]") {
  const auto options = GENERATE(from_range(side_by_side));
  const auto end = std::chrono::steady_clock::now() + 1min;
  crowd(options, 200, [end](int) { return std::chrono::steady_clock::now() < end; });
}
