#pragma once

#include <string>

#include "sock/endpoint.hpp"

namespace sockserver {

/// A peer's address, safe to show: `127.0.0.1:5000`, `udp 127.0.0.1:5000`, `unix (pid 4711, uid
/// 1000)`. The peer chooses the path of its UNIX socket, so it may contain anything.
std::string words_of(const sock::Endpoint& peer);

}  // namespace sockserver
