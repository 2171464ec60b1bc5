#pragma once

#include "sock/connection.hpp"
#include "sock/observer.hpp"

namespace sock {

/// Serves one connection with blocking calls, from its first word to its last; the modes `blocking`
/// and `threads` differ only in who calls this. A message costs one read and one write.
///
/// Returns when the conversation is over and the descriptor can be closed.
void serve(Connection& connection, Observer& observer);

}  // namespace sock
