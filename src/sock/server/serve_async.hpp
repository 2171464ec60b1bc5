#pragma once

#include <memory>

#include "server/connection.hpp"
#include "server/event_loop.hpp"

namespace sock {

/// Serves one connection on `loop`, from its first word to its close; its socket belongs to the
/// loop's context. From any thread. Throws std::bad_alloc, and leaves the connection as it was.
void serve_async(std::unique_ptr<Connection>& connection, EventLoop& loop);

}  // namespace sock
