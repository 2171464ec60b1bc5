#include "protocols/chat_room.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/scarce_memory.hpp"

using sock::ChatMember;
using sock::ChatRoom;

namespace {

constexpr std::size_t plenty = 10'000'000;

std::string hears(ChatMember& member) {
  std::string text;
  while (member.feed.take(text)) continue;
  return text;
}

// The lines that do not begin with `prefix`.
std::string without(std::string_view text, std::string_view prefix) {
  std::string rest;
  while (!text.empty()) {
    const auto line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
    if (!line.starts_with(prefix)) rest += line;
    text.remove_prefix(line.size());
  }
  return rest;
}

// What one who joins now is told of earlier.
std::string history_of(ChatRoom& room) {
  ChatMember visitor(room);
  const auto text = room.join(visitor);
  room.leave(visitor, "");
  return text.substr(0, text.find("* welcome"));
}

}  // namespace

TEST_CASE("one who joins hears every line from then on, and none of its own") {
  ChatRoom room(20, plenty);
  ChatMember ana(room), eva(room);
  room.join(ana);
  room.say(ana, "before");
  CHECK(room.join(eva) ==
        "* 1 earlier message:\nguest1: before\n"
        "* welcome, you are guest2. 1 other here: guest1\n"
        "* /nick NAME to choose a name, /help for the rest");
  room.say(ana, "after");
  room.say(eva, "mine");
  CHECK(hears(eva) == "guest1: after\n");
  CHECK(hears(ana) == "* guest2 joined (2 here)\nguest2: mine\n");
  room.leave(eva, "left");
  room.leave(eva, "left");
  CHECK(hears(ana) == "* guest2 left\n");
  room.leave(ana, "left");
  CHECK(room.size() == 0);
}

TEST_CASE("one who has left hears nothing more, and is not told to the others without a word") {
  ChatRoom room(20, plenty);
  ChatMember ana(room), eva(room);
  room.join(ana);
  room.join(eva);
  hears(ana);
  room.leave(eva, "");
  room.say(ana, "alone");
  CHECK(hears(eva).empty());
  CHECK(hears(ana).empty());
  CHECK(room.size() == 1);
  CHECK(room.tell(ana, "guest2", "there?") == "* nobody here is called guest2");
  room.leave(ana, "left");
}

TEST_CASE("guests are numbered from a counter that never goes back") {
  ChatRoom room(20, plenty);
  for (int i = 1; i <= 3; ++i) {
    ChatMember guest(room);
    room.join(guest);
    CHECK(guest.name == "guest" + std::to_string(i));
    room.leave(guest, "left");
  }
}

TEST_CASE("names are unique ignoring case, and free again when their owner has left or changed") {
  ChatRoom room(20, plenty);
  ChatMember ana(room), eva(room);
  room.join(ana);
  room.join(eva);
  CHECK(room.rename(ana, "ana") == "* you are now ana");
  CHECK(room.rename(eva, "ANA") == "* that name is taken");
  CHECK(room.rename(eva, "Guest1") == "* that name is taken");
  hears(eva);
  CHECK(room.rename(ana, "ana") == "* you are now ana");
  CHECK(hears(eva).empty());
  CHECK(room.rename(ana, "Ana") == "* you are now Ana");
  CHECK(hears(eva) == "* ana is now Ana\n");
  CHECK(room.tell(eva, "aNA", "hola") == "* to Ana: hola");
  room.rename(ana, "eva");
  CHECK(room.rename(eva, "ana") == "* you are now ana");
  room.leave(ana, "left");
  CHECK(room.rename(eva, "eva") == "* you are now eva");
  room.leave(eva, "left");
}

TEST_CASE("the history keeps the last public lines, as many as were asked for") {
  ChatRoom room(2, plenty);
  ChatMember ana(room), eva(room);
  room.join(ana);
  room.join(eva);
  CHECK(history_of(room).empty());
  room.say(ana, "uno");
  CHECK(history_of(room) == "* 1 earlier message:\nguest1: uno\n");
  room.say(ana, "dos");
  room.say(eva, "tres");
  room.tell(ana, "guest2", "secret");
  room.rename(ana, "ana");
  CHECK(history_of(room) == "* 2 earlier messages:\nguest1: dos\nguest2: tres\n");
  room.leave(ana, "left");
  room.leave(eva, "left");

  ChatRoom forgetful(0, plenty);
  ChatMember ines(forgetful);
  forgetful.join(ines);
  forgetful.say(ines, "uno");
  CHECK(history_of(forgetful).empty());
  forgetful.leave(ines, "left");
}

TEST_CASE("the history is bounded to 256 KiB too") {
  ChatRoom room(1'000'000, plenty);
  ChatMember ana(room);
  room.join(ana);
  const std::string text(4096, 'x');
  for (int i = 0; i < 1000; ++i) room.say(ana, text);
  CHECK(history_of(room).size() <= 256 * 1024 + 32);
  CHECK(history_of(room).size() > 250 * 1024);
  room.say(ana, std::string(256 * 1024, 'x'));
  CHECK(history_of(room).empty());
  room.say(ana, "small");
  CHECK(history_of(room) == "* 1 earlier message:\nguest1: small\n");
  room.leave(ana, "left");
}

TEST_CASE("a member that does not read is behind alone") {
  ChatRoom room(0, 1000);
  ChatMember talker(room), healthy(room), stuck(room);
  for (auto* member : {&talker, &healthy, &stuck}) room.join(*member);
  stuck.feed.note_full(false);
  std::string heard;
  for (int i = 0; i < 1000; ++i) {
    room.say(talker, "0123456789");
    heard += hears(healthy);
    healthy.feed.note_taken();
  }
  CHECK(stuck.feed.is_behind());
  CHECK_FALSE(healthy.feed.is_behind());
  CHECK(std::ranges::count(heard, '\n') == 1001);
  room.leave(stuck, "left (too slow)");
  CHECK(hears(healthy) == "* guest3 left (too slow)\n");
  room.leave(healthy, "left");
  room.leave(talker, "left");
  CHECK(room.size() == 0);
}

TEST_CASE("all who talk at the same time hear the same lines in the same order") {
  constexpr std::size_t talkers = 3;
  constexpr int each = 500;
  ChatRoom room(plenty, plenty);
  ChatMember witness(room);
  room.join(witness);
  std::array<std::unique_ptr<ChatMember>, talkers> members;
  for (auto& member : members) room.join(*(member = std::make_unique<ChatMember>(room)));
  for (auto& member : members) hears(*member);
  hears(witness);

  std::vector<std::string> seen_by_visitors;  // said before each joined, and until it left
  {
    std::vector<std::jthread> threads;
    for (auto& member : members) {
      threads.emplace_back([&room, &member] {
        for (int i = 0; i < each; ++i) room.say(*member, std::to_string(i));
      });
    }
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        ChatMember visitor(room);
        const auto greeting = room.join(visitor);
        room.leave(visitor, "");
        seen_by_visitors.push_back(without(greeting, "* ") + hears(visitor));
      }
    });
  }

  const auto all = hears(witness);
  CHECK(std::ranges::count(all, '\n') == talkers * each + 20);
  for (auto& member : members) {
    CHECK((hears(*member) == without(all, member->name + ": ")));  // in brackets: not printed
  }
  const auto said = without(all, "* ");
  for (auto& member : members) room.leave(*member, "left");
  for (const auto& seen : seen_by_visitors) CHECK(said.starts_with(seen));
  room.leave(witness, "left");
  CHECK(room.size() == 0);
}

// The words for each end stand in chat.cpp; these are the longest of them.
TEST_CASE("chat room: leaving needs no memory, whatever the name was and is") {
  const std::string first = GENERATE("a", "0123456789abcdef");
  const std::string last = GENERATE("guest1", "b", "fedcba9876543210");
  ChatRoom room(0, plenty);
  ChatMember ana(room), eva(room);
  room.join(ana);
  room.join(eva);
  hears(eva);
  room.rename(ana, first);
  room.rename(ana, last);
  hears(eva);
  {
    const memory::Watch watch;
    memory::fail_after(0);
    room.leave(ana, "left (connection lost)");
    CHECK_FALSE(memory::has_failed());
    memory::fail_after(memory::never);
  }
  CHECK(hears(eva) == "* " + ana.name + " left (connection lost)\n");
}
