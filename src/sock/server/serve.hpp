#pragma once

#include "server/connection.hpp"
#include "server/registry.hpp"
#include "sock/observer.hpp"

namespace sock {

/// Serves one connection with blocking calls, from its first word to its close; the modes
/// `blocking` and `threads` differ only in who calls this.
void serve(Connection& connection, Registry& registry, Observer& observer);

}  // namespace sock
