#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sock/message_reader.hpp"

namespace sock {

/// Options of a protocol with messages; the last three are for a protocol with a chat room.
struct MessageOptions {
  Framing framing = Framing::automatic;
  std::size_t max_message = 0;          ///< bytes of text; 0: the default (64 KiB; chat 4 KiB)
  std::uint64_t max_messages = 0;       ///< close after this many messages; 0: no limit
  std::string banner{};                 ///< sent first to every client; empty: none
  std::size_t history = 20;             ///< earlier lines sent to a member that joins
  std::size_t max_queue = 1024 * 1024;  ///< bytes of lines kept for a member that does not read
  std::size_t rate = 64 * 1024;         ///< bytes per second that one client may send; 0: no limit
};

/// The end of a line that is not an answer: LF, or nothing under Framing::chunk.
std::string_view line_end(Framing framing);

}  // namespace sock
