#pragma once

#include <cstddef>
#include <cstdint>

namespace sock {

// What only the system knows about a connection (socket(7)).

/// How many bytes have come and were not received (FIONREAD).
std::size_t unread_bytes(int fd);

/// Whether the peer is not there any more: a reset, or both directions have ended.
bool is_hung_up(int fd);

// Of TCP (tcp(7)).

/// How many of the bytes we sent the peer's TCP has acknowledged so far.
std::uint64_t acknowledged_bytes(int fd);

/// Whether some of what we sent is on its way, or waits until the peer has room for it.
bool has_unacknowledged(int fd);

/// Whether data came or went within the last second.
bool is_busy(int fd);

/// Whether what came and was not received fills at least half of the room there is for it: the peer
/// may have more to send. The window that the peer was told is not known exactly.
bool is_receive_buffer_full(int fd);

// Of UNIX sockets (unix(7)). What we sent is at once in the peer's queue.

/// How much memory the queue takes (SIOCOUTQ); 0: the peer has received all of it. What is received
/// of a block, as it was sent, shows only when all of the block is.
std::size_t unread_by_peer(int fd);

}  // namespace sock
