#pragma once

#include <cstddef>
#include <cstdint>

namespace sock {

// What only the system knows about a connection (socket(7)).

/// How many bytes have arrived and are not read yet (FIONREAD).
std::size_t unread_bytes(int fd);

/// Whether the peer is gone: after a reset, or when both directions have ended.
bool is_hung_up(int fd);

// For TCP sockets (tcp(7)).

/// How many of the bytes we sent the peer's TCP has acknowledged so far.
std::uint64_t acknowledged_bytes(int fd);

/// Whether some of our bytes are on their way, or wait until the peer has room for them.
bool has_unacknowledged(int fd);

/// Whether data was sent or received within the last second.
bool is_busy(int fd);

/// Whether unread bytes fill at least half of the receive buffer: the peer may have more to send.
/// The window that the peer was told is not known exactly.
bool is_receive_buffer_full(int fd);

// For UNIX sockets (unix(7)). Sent bytes are at once in the peer's queue.

/// The bytes of memory that the queue takes (SIOCOUTQ); 0: the peer has read everything. A block,
/// as it was sent, counts until all of it is read.
std::size_t unread_by_peer(int fd);

}  // namespace sock
