#pragma once

#include <memory>
#include <string>

#include "simulation/connection.hpp"

namespace simulation {

/// The behaviour of one client's program; all of it comes from the seed.
struct Habits {
  enum class Reads { at_once, soon, slowly, never };
  enum class Ends { half_close, silent, leaves, resets, says_quit };
  enum class Speaks { chat, flood, bytes, words, little };

  Reads reads = Reads::at_once;
  Ends ends = Ends::half_close;
  Speaks speaks = Speaks::chat;
  std::string line_end = "\n";
  std::size_t messages = 0;
  std::chrono::milliseconds longest_pause{0};
};

Habits some_habits(Random& random, std::string_view protocol, bool is_flood);

std::string some_header(Random& random);

/// A client's program, in two strands: one writes, the other reads until the end.
struct Client {
  World& world;
  Account& account;
  std::shared_ptr<Wire> wire;
  Habits habits;
  bool has_read_all = false;
};

Task write_all(Client& client);
Task read_all(Client& client);

}  // namespace simulation
