#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "faults/faults.hpp"
#include "sock/server.hpp"

/// Conversations with a server in this process while a fault is injected into it.
namespace faults {

/// One client says something, then each client reads exactly its text of `hear`.
struct Turn {
  std::size_t who;
  std::string says;
  std::vector<std::string> hear;
};

struct Conversation {
  const char* service;
  std::size_t clients;
  std::vector<std::string> greetings;
  std::vector<Turn> turns;
};

/// One for each protocol, with one client; and a chat of three clients.
const std::vector<Conversation>& conversations();
/// Few, since a client that has just talked delays the server's stop by 200 ms (socket_state.cpp).
std::vector<Conversation> talks_before_a_stop();
/// Few, since a server that could not accept waits for 200 ms (accepting.cpp).
std::vector<Conversation> talks_without_memory();

/// The result of one conversation.
struct Outcome {
  std::vector<std::string> expected;  ///< of each client, what it would hear without a fault
  std::vector<std::string> heard;
  bool hung = false;  ///< a client waited longer than only a hang can last
  sock::Totals totals;
  int harmed = 0;  ///< number of clients
  int faults = 0;  ///< how often the fault happened
};

/// The clients talk, and leave.
Outcome talk_with(const Fault& fault, const Conversation& conversation, sock::Mode mode);
/// The clients talk, and the server is stopped when its system has their last words, which it may
/// not have read.
Outcome stop_with(const Fault& fault, const Conversation& conversation, sock::Mode mode);
/// The only allowed client is connected when a second one comes.
Outcome refuse_with(const Fault& fault, const Conversation& conversation, sock::Mode mode);

}  // namespace faults
