#include "sock/room_log.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/scarce_memory.hpp"

using sock::Feed;
using sock::RoomLog;

namespace {

constexpr std::size_t bound = 100'000;

RoomLog::Line line(std::string text) { return RoomLog::Line(std::move(text)); }
RoomLog::Line long_line() { return line(std::string(999, 'x') + "\n"); }

std::string hears(Feed& feed) {
  std::string text;
  std::string out;
  while (feed.take(out)) text += std::exchange(out, {});
  return text;
}

struct Driver final : Feed::Driver {
  void told() noexcept override { ++times; }
  int times = 0;
};

}  // namespace

TEST_CASE("room log: each hears what others say between its join and its leave, in one order") {
  RoomLog log(bound, 0);
  Feed ana(log), eva(log), leo(log);
  ana.join();
  log.add(line("0"), ana);
  eva.join();
  log.add(line("1"), ana);
  log.add(line("2"), eva);
  log.add_for(eva, line("3"));
  log.add_for(ana, line("4"));
  leo.join();
  log.add(line("5"), leo);
  eva.leave();
  eva.leave();
  log.add(line("6"), ana);
  CHECK(hears(ana) == "245");
  CHECK(hears(eva) == "135");
  CHECK(hears(leo) == "6");
  CHECK(hears(eva).empty());
}

TEST_CASE("room log: its lines are taken in pieces of little more than 64 KiB, none lost") {
  RoomLog log(10 * bound, 0);
  Feed ana(log), eva(log);
  ana.join();
  eva.join();
  std::string all;
  for (int i = 0; i < 300; ++i) {
    const std::string text = std::to_string(i) + std::string(1000, '.');
    all += text;
    log.add(line(text), ana);
    log.add(line("own"), eva);
    log.add_for(ana, line("private"));
  }
  std::string heard;
  for (std::string out; eva.take(out); out.clear()) {
    CHECK(out.size() <= 64 * 1024 + 1100);
    heard += out;
  }
  CHECK(heard == all);
}

TEST_CASE("room log: those who are spoken to are told, and nobody else") {
  RoomLog log(bound, 0);
  Feed ana(log), eva(log), leo(log);
  Driver drivers[3];
  ana.attach(&drivers[0]);
  eva.attach(&drivers[1]);
  leo.attach(&drivers[2]);
  for (auto* feed : {&ana, &eva, &leo}) feed->join();
  log.add(line("to all"), ana);
  log.add_for(leo, line("to one"));
  eva.leave();
  log.add(line("to all"), ana);
  CHECK(drivers[0].times == 0);
  CHECK(drivers[1].times == 1);
  CHECK(drivers[2].times == 3);
}

TEST_CASE("room log: the history is the last public lines, in lines and in bytes") {
  RoomLog log(bound, 3);
  Feed ana(log);
  ana.join();
  CHECK(log.history().lines == 0);
  for (const auto* text : {"0", "1", "2", "3"}) log.add(line(text), ana, RoomLog::Kept::yes);
  log.add(line("notice"), ana);
  CHECK(log.history().lines == 3);
  CHECK(log.history().text == "123");
  Feed eva(log);  // one that has not passed them changes nothing
  eva.join();
  for (const auto* text : {"4", "5"}) log.add(line(text), ana, RoomLog::Kept::yes);
  CHECK(log.history().text == "345");
  hears(eva);
  CHECK(log.history().text == "345");
  log.add(line(std::string(250 * 1024, 'x')), ana, RoomLog::Kept::yes);
  CHECK(log.history().lines == 3);
  log.add(line(std::string(250 * 1024, 'y')), ana, RoomLog::Kept::yes);
  CHECK(log.history().lines == 1);

  RoomLog none(bound, 0);
  Feed leo(none);
  leo.join();
  none.add(line("0"), leo, RoomLog::Kept::yes);
  CHECK(none.history().lines == 0);
}

TEST_CASE(
    "room log: what all have passed is forgotten, and so is what one waits for that has left") {
  RoomLog log(bound, 2);
  Feed ana(log), eva(log);
  ana.join();
  eva.join();
  const memory::Watch watch;
  const auto before = memory::live_bytes();
  for (int i = 0; i < 1000; ++i) log.add(long_line(), ana);
  CHECK(memory::live_bytes() > before + 999'000);
  hears(eva);
  hears(ana);  // a feed passes its own lines when it looks
  CHECK(memory::live_bytes() <= before + 4000);
  eva.leave();
  hears(eva);
  auto leo = std::make_unique<Feed>(log);
  leo->join();
  const auto with_leo = memory::live_bytes();
  for (int i = 0; i < 1000; ++i) {
    log.add(long_line(), ana);
    hears(ana);
  }
  CHECK(memory::live_bytes() > with_leo + 999'000);
  leo.reset();  // it has heard nothing
  CHECK(memory::live_bytes() <= before + 4000);
}

TEST_CASE("room log: behind is who took nothing while more than the bound was said") {
  RoomLog log(bound, 0);
  Feed ana(log), eva(log), deaf(log);
  Driver driver;
  deaf.attach(&driver);
  for (auto* feed : {&ana, &eva, &deaf}) feed->join();
  CHECK_FALSE(deaf.note_full(false));
  CHECK(deaf.note_full(false));
  const auto say = [&](int lines) {
    for (int i = 0; i < lines; ++i) {
      log.add(long_line(), ana);
      hears(ana);
    }
  };
  say(100);
  CHECK_FALSE(deaf.is_behind());
  driver.times = 0;
  say(10);
  CHECK(deaf.is_behind());
  CHECK(driver.times > 10);
  CHECK_FALSE(deaf.has_lost_lines());
  CHECK_FALSE(eva.is_behind());  // its socket is not full
  deaf.note_reading();
  CHECK_FALSE(deaf.is_behind());
  say(90);
  CHECK_FALSE(deaf.is_behind());
  for (int i = 0; i < 15; ++i) {
    deaf.note_full(true);
    say(100);
  }
  CHECK(deaf.has_lost_lines());
  CHECK(deaf.is_behind());
}

TEST_CASE("room log: others are behind as long as they are members and not too slow") {
  RoomLog log(bound, 0);
  Feed ana(log);
  auto eva = std::make_unique<Feed>(log);
  ana.join();
  eva->join();
  const auto say = [&](int lines) {
    for (int i = 0; i < lines; ++i) log.add(long_line(), ana);
    hears(ana);
  };
  say(50);
  CHECK_FALSE(ana.others_behind());
  say(1);
  CHECK(ana.others_behind());
  CHECK_FALSE(eva->others_behind());
  eva->note_full(false);
  const auto before = ana.others_behind();
  REQUIRE(before);
  say(1);
  CHECK(ana.others_behind() == before);
  eva->note_full(true);  // it has taken something
  REQUIRE(ana.others_behind());
  CHECK(ana.others_behind() != before);
  say(110);
  CHECK(eva->is_behind());
  CHECK_FALSE(ana.others_behind());
  eva->note_reading();
  CHECK(ana.others_behind());
  eva->leave();
  CHECK_FALSE(ana.others_behind());
}

TEST_CASE("room log: a line that has its memory can be said without any") {
  RoomLog log(bound, 3);
  Feed ana(log), eva(log);
  ana.join();
  eva.join();
  RoomLog::Line farewell;
  farewell.reserve(64);
  {
    const memory::Watch watch;
    memory::fail_after(0);
    farewell.assign({"* ", "ana", " left\n"});
    log.add(std::move(farewell), ana);
    CHECK_FALSE(memory::has_failed());
    memory::fail_after(memory::never);
  }
  CHECK(hears(eva) == "* ana left\n");
}

TEST_CASE("room log: one for which there was no memory has not joined") {
  RoomLog log(bound, 0);
  Feed ana(log), eva(log);
  ana.join();
  {
    const memory::Watch watch;
    memory::fail_after(0);
    CHECK_THROWS_AS(eva.join(), std::bad_alloc);
  }
  log.add(line("0"), ana);
  CHECK(hears(eva).empty());
  eva.join();
  log.add(line("1"), ana);
  CHECK(hears(eva) == "1");
}
