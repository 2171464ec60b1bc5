#include "simulation/client.hpp"

#include <algorithm>
#include <string_view>

namespace simulation {
namespace {

using namespace std::chrono_literals;
using Reads = Habits::Reads;
using Ends = Habits::Ends;
using Speaks = Habits::Speaks;

std::string some_chat(Client& client, std::size_t number) {
  Random& random = client.world.random;
  const std::string tag = std::to_string(client.account.id) + "." + std::to_string(number);
  const auto& accounts = client.world.judge.accounts();
  switch (random.below(12)) {
    case 0:
      return "/nick n" + std::to_string(client.account.id) + "-" + std::to_string(number);
    case 1:
    case 2: {
      const auto& name = accounts[random.below(accounts.size())]->name;
      return "/msg " + (name.empty() ? "nobody" : name) + " psst " + tag;
    }
    case 3:
      return "/who";
    case 4:
      return random.one_in(2) ? "/foo" : " ";
    case 5:
      return tag + std::string(random.one_in(8) ? 5000 : 300, 'x');
    default:
      return tag + " hola";
  }
}

std::string some_message(Client& client, std::size_t number) {
  Random& random = client.world.random;
  const std::string tag = std::to_string(client.account.id) + "." + std::to_string(number);
  const std::string& end = client.habits.line_end;
  switch (client.habits.speaks) {
    case Speaks::chat:
      return some_chat(client, number) + end;
    case Speaks::flood: {
      std::string lines;
      const std::size_t size = random.any({3, 30, 300});
      for (std::size_t i = 0; i < 40; ++i) {
        lines += tag + "." + std::to_string(i) + std::string(size, 'f') + end;
      }
      return lines;
    }
    case Speaks::bytes:
      return tag + std::string(random.below(random.one_in(8) ? 100'000 : 100), '.');
    case Speaks::words:
      return std::string(random.any({"hola", "adios", "quit", "otra"})) + end;
    case Speaks::little:
      if (random.one_in(3)) return "/msg n1 psst " + tag + (random.one_in(2) ? end : "");
      return "hola";
  }
  return {};
}

}  // namespace

// A header of a proxy, mostly a valid one.
std::string some_header(Random& random) {
  static const std::string binary("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", 16);
  const std::string text = "PROXY TCP4 198.51.100.7 192.0.2.1 1234 443\r\n";
  std::string header = random.any({text, text, binary, std::string("PROXY UNKNOWN\r\n")});
  if (random.one_in(16)) return "hola" + header;
  if (header == text && random.one_in(8)) header.pop_back();
  return header;
}

Habits some_habits(Random& random, std::string_view protocol, bool is_flood) {
  Habits habits;
  habits.reads = random.any(
      {Reads::at_once, Reads::at_once, Reads::soon, Reads::soon, Reads::slowly, Reads::never});
  habits.ends = random.any({Ends::half_close, Ends::half_close, Ends::silent, Ends::silent,
                            Ends::leaves, Ends::resets, Ends::says_quit});
  habits.speaks = protocol == "echo" ? Speaks::bytes : Speaks::words;
  if (protocol == "chat") {
    habits.speaks = random.one_in(20) ? Speaks::little : Speaks::chat;
    if (is_flood && random.one_in(2)) habits.speaks = Speaks::flood;
  }
  if (random.one_in(3)) habits.line_end = "\r\n";
  habits.messages = random.below(habits.speaks == Speaks::flood ? 40 : 12);
  habits.longest_pause = random.any({0ms, 5ms, 300ms});
  if (habits.speaks == Speaks::little) habits.longest_pause = 2500ms;
  return habits;
}

Task write_all(Client& client) {
  World& world = client.world;
  Random& random = world.random;
  const Habits& habits = client.habits;
  std::string_view header = client.account.header;
  while (!header.empty()) {
    const std::size_t size = random.one_in(2) ? header.size() : random.between(1, header.size());
    client.wire->write(header.substr(0, size));
    header.remove_prefix(size);
    co_await world.schedule.sleep(random.up_to(habits.longest_pause));
  }
  for (std::size_t i = 0; i < habits.messages; ++i) {
    const bool is_just_silent = habits.speaks == Speaks::little && random.one_in(2);
    co_await world.schedule.sleep(is_just_silent ? 1s - random.up_to(2ms)
                                                 : random.up_to(habits.longest_pause));
    std::string message = some_message(client, i);
    while (!message.empty()) {
      const std::size_t size =
          random.one_in(2) ? message.size() : random.between(1, message.size());
      client.account.input += message.substr(0, size);
      client.wire->write(std::string_view(message).substr(0, size));
      message.erase(0, size);
      co_await world.schedule.pause();
      co_await world.schedule.until([&] { return client.wire->is_all_taken(); },
                                    world.schedule.now() + 1s);
    }
  }
  switch (habits.ends) {
    case Ends::half_close:
      client.wire->end_writing();
      break;
    case Ends::leaves:
      co_await world.schedule.sleep(random.up_to(1s));
      client.wire->leave();
      client.account.is_harmed = true;
      break;
    case Ends::resets:
      co_await world.schedule.sleep(random.up_to(1s));
      client.wire->reset();
      client.account.is_harmed = true;
      break;
    case Ends::says_quit: {
      const std::string bye =
          habits.speaks == Speaks::bytes || habits.speaks == Speaks::words ? "quit\n" : "/quit\n";
      client.account.input += bye;
      client.wire->write(bye);
      break;
    }
    case Ends::silent:
      break;
  }
  co_return true;
}

Task read_all(Client& client) {
  World& world = client.world;
  Wire& wire = *client.wire;
  Random& random = world.random;
  const auto is_over = [&wire] { return wire.has_ended() || wire.was_reset() || wire.was_lost(); };
  while (client.habits.reads != Reads::never && !is_over()) {
    co_await world.schedule.until([&] { return wire.readable() > 0 || is_over(); });
    if (client.habits.reads == Reads::soon) co_await world.schedule.sleep(random.up_to(20ms));
    if (client.habits.reads == Reads::slowly) co_await world.schedule.sleep(random.up_to(700ms));
    if (is_telling) tell("  " + std::to_string(client.account.id) + " reads");
    const auto bytes = wire.read(random.one_in(4) ? random.between(1, 50) : 100'000);
    const auto& account = client.account;
    if (account.expected.compare(account.received, bytes.size(), bytes) != 0) {
      fail("client " + std::to_string(account.id) + " reads what was not said to it");
    }
    client.account.received += bytes.size();
    client.account.said_when_moved = world.judge.said();
  }
  client.has_read_all = wire.has_ended();
  co_await world.schedule.until([&wire] { return wire.is_over(); });
  wire.leave();
  co_return true;
}

}  // namespace simulation
