#pragma once

#include <cstddef>
#include <cstdint>

namespace sock {

// What only the system knows about a connection (tcp(7), socket(7)).

/// How many of the bytes we sent the peer's TCP has acknowledged so far.
std::uint64_t acknowledged_bytes(int fd);

/// Whether some of what we sent is on its way, or waits until the peer has room for it.
bool has_unacknowledged(int fd);

/// Whether data came or went within the last second.
bool is_busy(int fd);

/// How many bytes have come and were not received (FIONREAD).
std::size_t unread_bytes(int fd);

/// Whether what came and was not received fills at least half of the room there is for it: the peer
/// may have more to send. The window that the peer was told is not known exactly.
bool is_receive_buffer_full(int fd);

}  // namespace sock
