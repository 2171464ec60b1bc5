#pragma once

#include <optional>

#include "net/lingering_close.hpp"
#include "server/connection.hpp"
#include "server/registry.hpp"
#include "sock/observer.hpp"

namespace sock {

// What comes after a conversation, in every mode.

/// The conversation is over: notes and tells that. Returns how to wait for the peer before the
/// close; nothing: not at all.
std::optional<LingeringClose> conclude(Connection& connection, End why, Registry& registry,
                                       Observer& observer);

/// Closes the connection, after all waiting.
void release(Connection& connection, Registry& registry);

}  // namespace sock
