#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Characters as the locale encodes them and as a terminal shows them.
namespace sockclient {

/// Returns the size in bytes of the first character of `typed`, which must not be empty; a byte
/// that is no text counts as one. Returns 0 if more bytes could complete the character.
std::size_t character_size(std::string_view typed);

/// Returns the size in bytes of the first key of `typed`, which must not be empty: a character, a
/// control, or a whole escape sequence (CSI, SS3, Alt and a key), known or not. Returns 0 if the
/// key is incomplete.
std::size_t key_size(std::string_view typed);

/// Whether `next` is shown in the same place as `before`: an accent, a joiner, a joined character.
bool combines(std::string_view before, std::string_view next);

/// What a terminal shows for one character with its combining characters.
struct Glyph {
  std::string text;
  std::size_t width = 0;   ///< in columns
  bool is_spelt = false;   ///< in ASCII, ^A or \x9b, which may wrap into the next row
  bool is_certain = true;  ///< every terminal shows it in `width` columns
};

Glyph glyph_of(std::string_view character);

/// Encodes `text` (UTF-8, safe to show) for the locale; escapes characters that it lacks.
std::string in_locale(std::string text);

}  // namespace sockclient
