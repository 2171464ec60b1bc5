#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sock {

/// Makes text from a peer safe to show: one line, no control characters, valid UTF-8.
///
/// Tab is kept. Other C0 controls, DEL and C1 (U+0080 to U+009F) become `\x1b`; bidirectional and
/// invisible format characters become `\u202e`; bytes that are not UTF-8 become `\xff`. All else is
/// unchanged, a backslash too: tampering shows, but the escaping is not meant to be reversed.
void append_escaped(std::string& out, std::string_view text);

std::string escaped(std::string_view text);

/// How many bytes at the end of `text` are the beginning of a UTF-8 character that more bytes could
/// complete: 0 to 3. Whoever shows a stream piece by piece holds these back.
std::size_t incomplete_utf8(std::string_view text);

}  // namespace sock
