#pragma once

#include <cstdint>

namespace sock {

// What only the system knows about a connection (tcp(7), TCP_INFO).

/// How many of the bytes we sent the peer's TCP has acknowledged so far.
std::uint64_t acknowledged_bytes(int fd);

/// Of a socket whose sending is shut down: whether the peer's TCP has acknowledged that, and with
/// it everything sent before.
bool is_end_acknowledged(int fd);

/// Whether some of what we sent is on its way, or waits until the peer has room for it.
bool has_unacknowledged(int fd);

/// Whether data came or went so lately that more, or its acknowledgement, may be on the way.
bool is_busy(int fd);

}  // namespace sock
