#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sock/message_reader.hpp"

namespace sock {

/// What can be chosen for a protocol that has messages; the last three, for one with a chat room.
struct MessageOptions {
  Framing framing = Framing::automatic;
  std::size_t max_message = 0;     ///< bytes of text; 0: the protocol's own (64 KiB; chat 4 KiB)
  std::uint64_t max_messages = 0;  ///< close after so many messages; 0: no limit
  std::string banner{};            ///< said first to every client; empty: nothing
  std::size_t history = 20;        ///< earlier lines that one who joins reads
  std::size_t max_queue = 1024 * 1024;  ///< bytes of others' lines kept for one that does not read
  std::size_t rate = 64 * 1024;         ///< bytes a second that one client may say; 0: no limit
};

/// What ends a line that is said unasked: LF, or nothing under Framing::chunk.
std::string_view line_end(Framing framing);

}  // namespace sock
