#pragma once

#include <string>
#include <string_view>

#include "sock/utf8.hpp"

namespace sock {

/// Makes text from a peer safe to show: one line, no control characters, valid UTF-8.
///
/// Tab is kept. Other C0 controls, DEL and C1 (U+0080 to U+009F) become `\x1b`; bidirectional and
/// invisible format characters become `\u202e`; bytes that are not UTF-8 become `\xff`. All else is
/// unchanged, a backslash too: tampering shows, but the escaping is not meant to be reversed.
void append_escaped(std::string& out, std::string_view text);

std::string escaped(std::string_view text);

}  // namespace sock
