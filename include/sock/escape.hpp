#pragma once

#include <string>
#include <string_view>

#include "sock/utf8.hpp"

namespace sock {

/// Makes text from a peer safe to show: one line, no control characters, no invisible characters,
/// valid UTF-8.
///
/// Tab is kept. Other C0 controls, DEL and C1 (U+0080 to U+009F) become escapes such as `\x1b`.
/// Invisible characters, characters that change the direction of writing (including all of
/// Unicode's Default_Ignorable_Code_Point), and line and paragraph separators become escapes such
/// as `\u202e` or `\U000e0041`. Characters that scripts and emoji need are kept: U+200C, U+200D,
/// U+FE00 to U+FE0F, and tags (U+E0020 to U+E007F) directly after a black flag (U+1F3F4), which
/// make it the flag of a region. Bytes that are not UTF-8 become `\xff`. Everything else is
/// unchanged, even a backslash: the escapes show tampering, but are not meant to be reversed.
void append_escaped(std::string& out, std::string_view text);

std::string escaped(std::string_view text);

/// Whether a character is escaped (a tag: except after a black flag).
bool is_escaped(char32_t code);

/// append_escaped() for a text that comes in pieces, cut between characters (see
/// incomplete_utf8()). It remembers whether the last piece ended with a flag. Use one Escaper for
/// each text.
class Escaper {
 public:
  void append(std::string& out, std::string_view piece);

 private:
  bool is_in_flag_ = false;  // the last character was a black flag, or a tag after one
};

}  // namespace sock
