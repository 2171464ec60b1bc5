#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Characters as the locale encodes them and as a terminal shows them.
namespace sockclient {

/// How many bytes the first character of `typed` has, which is not empty. A byte that is no text
/// is one by itself. 0: more bytes could complete it.
std::size_t character_size(std::string_view typed);

/// How many bytes the first key of `typed`, which is not empty, has: a character, a control, or a
/// whole escape sequence (CSI, SS3, Alt and a key), whether it means anything or not. 0: more has
/// to come.
std::size_t key_size(std::string_view typed);

/// Whether `next` is shown in one place with `before`: an accent, a joiner, what is joined.
bool combines(std::string_view before, std::string_view next);

/// What a terminal shows for a character and all that combines with it.
struct Glyph {
  std::string text;
  std::size_t width = 0;   ///< in columns
  bool is_spelt = false;   ///< as ASCII, ^A or \x9b, which may go on in the next row
  bool is_certain = true;  ///< every terminal takes so many columns for it
};

Glyph glyph_of(std::string_view character);

/// Text that is safe to show, in UTF-8, as this locale encodes it; what it has not, escaped.
std::string in_locale(std::string text);

}  // namespace sockclient
