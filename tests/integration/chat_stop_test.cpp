// A stop with members in the room: everybody reads what everybody had said before it.

#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sock/server.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/gate.hpp"
#include "support/member.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"

namespace {

using namespace std::chrono_literals;

const sock::Stream& stream_of(const std::unique_ptr<Member>& member) { return member->stream; }

// Members that have said something just now, of which the server has not read all.
struct Room {
  explicit Room(sock::ServerOptions options)
      : running(sock::find_service("chat")->make({}), longer(std::move(options)), &gate) {
    for (int i = 0; i < 6; ++i) members.push_back(std::make_unique<Member>(running));
    for (const auto& member : members) {
      REQUIRE((member == members.back() || member->until("* guest6 joined (6 here)")));
    }
  }

  static sock::ServerOptions longer(sock::ServerOptions options) {
    options.grace = 1h;
    return options;
  }

  // The server hears the first word, and no more until the gate is opened.
  void all_speak() {
    for (const auto& member : members) {
      for (int i = 0; i < lines; ++i) member->say("line " + std::to_string(i));
    }
    REQUIRE(eventually([&] { return gate.is_reached(); }));
    REQUIRE(eventually([&] { return std::ranges::all_of(members, has_arrived, &stream_of); }));
  }

  // How many of the others' lines it has heard when it is told of the stop; -1: it is not.
  static int lines_until_the_stop(Member& member) {
    int heard = 0;
    for (std::string line = member.hear(); line != "<end>"; line = member.hear()) {
      if (line == "* the server is shutting down") return member.hear() == "<end>" ? heard : -1;
      if (line.find(": line ") != line.npos) ++heard;
    }
    return -1;
  }

  static constexpr int lines = 20;
  Gate gate{0};
  RunningServer running;
  std::vector<std::unique_ptr<Member>> members;
};

}  // namespace

TEST_CASE("at a stop each member hears all that the others had said before") {
  const auto options = GENERATE(from_range(side_by_side));
  for (int round = 0; round < 5; ++round) {
    Room room(options);
    room.all_speak();
    room.running.server.stop();
    room.gate.open();
    for (const auto& member : room.members) {
      CHECK(Room::lines_until_the_stop(*member) == 5 * Room::lines);
    }
    for (const auto& member : room.members) member->stream.close();
    room.running.join();
  }
}

TEST_CASE("at a stop a member that does not read holds up none of the others") {
  Room room(GENERATE(from_range(side_by_side)));
  room.gate.open();
  auto& stuck = room.members.front()->stream;
  std::string questions;
  for (int i = 0; i < 10'000; ++i) questions += "/who\n";
  // Until the server does not read from it, since it does not read.
  while (sock::wait_for(stuck.native_handle(), POLLOUT, sock::Clock::now() + 100ms)) {
    stuck.try_write(questions);
  }
  room.members.back()->say("the end");
  REQUIRE(eventually([&] { return has_arrived(room.members.back()->stream); }));
  room.running.server.stop();
  for (std::size_t i = 1; i < room.members.size(); ++i) {
    CHECK((i == 5 || room.members[i]->until("guest6: the end")));
    CHECK(room.members[i]->until("* the server is shutting down"));
  }
  CHECK_FALSE(room.running.has_ended());  // it still waits for the one that does not read
}
