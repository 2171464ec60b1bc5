#pragma once

#include <cstddef>
#include <string_view>

#include "log_line.hpp"

namespace sockserver {

/// Appends at most `most` characters of `text` as a JSON string (RFC 8259, 7), with its quotes.
/// False: there is more of it.
///
/// Always valid UTF-8 and harmless on a terminal: a byte that is not UTF-8 becomes U+FFFD; control,
/// invisible and bidirectional characters are written as \u escapes.
bool append_json(LogLine& line, std::string_view text, std::size_t most = LogLine::longest);

}  // namespace sockserver
