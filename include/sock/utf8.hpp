#pragma once

#include <cstddef>
#include <string_view>

namespace sock {

/// A character at the beginning of a text in UTF-8 (RFC 3629).
struct Utf8Character {
  char32_t code = 0;
  std::size_t size = 0;  ///< in bytes, 1 to 4; 0: the text does not begin with a whole character
};

/// The first character of `text`. Size 0: `text` is empty, its first byte begins no character, or
/// the character is cut off, overlong, a surrogate or beyond U+10FFFF. Then only the first byte is
/// wrong: the next byte may begin a character.
Utf8Character first_utf8(std::string_view text);

/// How many bytes at the end of `text` are the beginning of a character that more bytes could
/// complete: 0 to 3. Hold them back when a stream is shown piece by piece.
std::size_t incomplete_utf8(std::string_view text);

}  // namespace sock
