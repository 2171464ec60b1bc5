#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "log_line.hpp"
#include "sock/endpoint.hpp"

namespace sockserver {

inline constexpr std::size_t longest_text = 200;  ///< characters of a peer's text in one line

/// A peer's address, safe to show: `127.0.0.1:5000`, `udp 127.0.0.1:5000`, `unix (pid 4711, uid
/// 1000)`. The path that a peer has bound is its own choice.
std::string words_of(const sock::Endpoint& peer);

/// Appends a peer's text, safe to show (sock::escaped()) and not too long, counting what escapes
/// take: `"hola"`, or `"aaaa"... (65536 bytes)`.
void append_quoted(LogLine& line, std::string_view text);

/// Appends at most `most` characters of `text` as a JSON string (RFC 8259, 7), with its quotes.
/// False: there is more of it.
///
/// Always valid UTF-8 and harmless on a terminal: a byte that is not UTF-8 becomes U+FFFD; what
/// means something in JSON, and what sock::escaped() escapes, is written as an escape of JSON.
bool append_json(LogLine& line, std::string_view text, std::size_t most = LogLine::longest);

}  // namespace sockserver
