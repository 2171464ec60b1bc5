#pragma once

#include <string>
#include <string_view>

#include "sock/utf8.hpp"

namespace sock {

/// Makes text from a peer safe to show: one line, no control characters, nothing invisible, valid
/// UTF-8.
///
/// Tab is kept. Other C0 controls, DEL and C1 (U+0080 to U+009F) become `\x1b`. Invisible
/// characters and those that turn the direction of writing, all of Unicode's
/// Default_Ignorable_Code_Point among them, become `\u202e` or `\U000e0041`, and so do line and
/// paragraph separators. Kept is what scripts and emoji need: U+200C, U+200D, U+FE00 to U+FE0F, and
/// tags (U+E0020 to U+E007F) directly behind a black flag (U+1F3F4), which make it the flag of a
/// region. Bytes that are not UTF-8 become `\xff`. All else is unchanged, a backslash too:
/// tampering shows, but the escaping is not meant to be reversed.
void append_escaped(std::string& out, std::string_view text);

std::string escaped(std::string_view text);

/// Whether a character becomes an escape, wherever it stands (a tag: but behind a black flag).
bool is_escaped(char32_t code);

/// The same for a text that comes in pieces, cut between characters (see incomplete_utf8()): it
/// remembers whether a flag came last. One for each text.
class Escaper {
 public:
  void append(std::string& out, std::string_view piece);

 private:
  bool is_in_flag_ = false;  // the last character was a black flag, or a tag behind one
};

}  // namespace sock
