#pragma once

#include <cstddef>
#include <string_view>

#include "program/event_line.hpp"

namespace program {

inline constexpr std::size_t longest_text = 200;  ///< characters of a peer's text in one line

/// Appends a peer's text, safe to show (sock::escaped()) and cut to longest_text characters,
/// escapes included: `"hola"`, or `"aaaa"... (65536 bytes)`.
void append_quoted(EventLine& line, std::string_view text);

/// Appends at most `most` characters of `text` as a JSON string (RFC 8259, 7), with its quotes.
/// Returns false if there is more text.
///
/// The result is always valid UTF-8 and safe on a terminal: a byte that is not UTF-8 becomes
/// U+FFFD; characters special in JSON, and those that sock::escaped() escapes, become JSON escapes.
bool append_json(EventLine& line, std::string_view text, std::size_t most = EventLine::longest);

}  // namespace program
