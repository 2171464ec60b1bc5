#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "faults/faults.hpp"
#include "sock/server.hpp"

/// Conversations with a server in this process, held while a fault is injected into it.
namespace faults {

/// One of the clients says something, and then each reads exactly this.
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

/// Each protocol's, with one client; and one of three in a chat.
const std::vector<Conversation>& conversations();
/// Few, since a client that has just talked keeps a server that is stopped for 200 ms
/// (socket_state.cpp).
std::vector<Conversation> talks_before_a_stop();
/// Few, since a server that could not accept waits for 200 ms (accepting.cpp).
std::vector<Conversation> talks_without_memory();

/// What came of one.
struct Outcome {
  std::vector<std::string> expected;  ///< of each client, what it would hear without a fault
  std::vector<std::string> heard;
  bool hung = false;  ///< somebody waited for longer than only a hang can take
  sock::Totals totals;
  int harmed = 0;  ///< clients
  int faults = 0;  ///< how often the fault happened
};

/// The clients talk, and leave.
Outcome talk_with(const Fault& fault, const Conversation& conversation, sock::Mode mode);
/// The clients talk, and the server is stopped when it has their last words, but has perhaps not
/// read them.
Outcome stop_with(const Fault& fault, const Conversation& conversation, sock::Mode mode);
/// One client is connected, and that is all there may be, when a second one comes.
Outcome refuse_with(const Fault& fault, const Conversation& conversation, sock::Mode mode);

}  // namespace faults
