#pragma once

#include <optional>

#include "server/connection.hpp"
#include "server/traffic.hpp"
#include "sock/mailbox.hpp"

namespace sock {

// The two ways to serve a connection with blocking calls, until one side ends it. Both return the
// cause, after the session's last words.

/// For a client to whom only its own session writes. A message costs one read and one write.
End converse(Connection& connection, Traffic& traffic);

/// For a client to whom others write too, through its session's mailbox. One thread does it all: it
/// polls the socket and the mailbox's wake descriptor.
End converse_with_mailbox(Connection& connection, Traffic& traffic, Mailbox& mailbox);

/// Their common end: one cause is settled and the session told, also when its protocol throws. Then
/// nothing more is written: it could be half of an answer.
template <typename Conversation>
End hold_to_the_end(Connection& connection, Conversation& conversation) {
  std::optional<End> held;
  try {
    held = conversation.hold();
  } catch (...) {  // out of memory, or a bug of the protocol: this client only
  }
  const End why = connection.settle(held.value_or(End::lost));
  conversation.say_goodbye(why, held && why != End::lost);
  return why;
}

}  // namespace sock
