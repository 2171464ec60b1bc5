#include "sock/escape.hpp"

#include <algorithm>
#include <cstddef>

#include "core/invisible_characters.hpp"

namespace sock {
namespace {

constexpr char32_t black_flag = 0x1F3F4;

bool is_tag(char32_t code) { return code >= 0xE0020 && code <= 0xE007F; }

// C0, DEL and C1.
bool is_control(char32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

// Line and paragraph separator: some programs that show a log break lines there.
bool is_separator(char32_t code) { return code == 0x2028 || code == 0x2029; }

// The table is short, and the letters of most languages come before nearly all of it.
bool is_invisible(char32_t code) {
  for (const auto& [first, last] : invisible_characters) {
    if (code <= last) return code >= first;
  }
  return false;
}

void append_hex(std::string& out, char kind, char32_t value, int digits) {
  out.append({'\\', kind});
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    out.push_back("0123456789abcdef"[value >> static_cast<unsigned>(shift) & 0xFU]);
  }
}

// `first` is the first byte of `character`; if the size is 0, it is not UTF-8.
void append_escape(std::string& out, char first, const Utf8Character& character) {
  if (character.size == 0) {
    append_hex(out, 'x', static_cast<unsigned char>(first), 2);
  } else if (is_control(character.code)) {
    append_hex(out, 'x', character.code, 2);
  } else if (character.code <= 0xFFFF) {
    append_hex(out, 'u', character.code, 4);
  } else {
    append_hex(out, 'U', character.code, 8);
  }
}

bool is_plain(char byte) { return byte >= 0x20 && byte < 0x7F; }

// How many bytes at the beginning need no escape. `is_in_flag`: whether the character directly
// before them is a black flag or a tag after one; set to the same for their last character.
std::size_t harmless_prefix(std::string_view text, bool& is_in_flag) {
  std::size_t size = 0;
  while (size < text.size()) {
    if (is_plain(text[size])) {  // the usual case
      is_in_flag = false;
      do {
        ++size;
      } while (size < text.size() && is_plain(text[size]));
      continue;
    }
    const Utf8Character character = first_utf8(text.substr(size));
    const bool is_in_sequence = is_in_flag && is_tag(character.code);
    if (character.size == 0 || (is_escaped(character.code) && !is_in_sequence)) break;
    is_in_flag = is_in_sequence || character.code == black_flag;
    size += character.size;
  }
  return size;
}

}  // namespace

bool is_escaped(char32_t code) {
  return (is_control(code) && code != '\t') || is_separator(code) || is_invisible(code);
}

void Escaper::append(std::string& out, std::string_view piece) {
  for (;;) {
    const std::size_t harmless = harmless_prefix(piece, is_in_flag_);
    out.append(piece.substr(0, harmless));
    piece.remove_prefix(harmless);
    if (piece.empty()) return;

    const Utf8Character character = first_utf8(piece);
    append_escape(out, piece.front(), character);
    is_in_flag_ = false;
    piece.remove_prefix(std::max<std::size_t>(character.size, 1));
  }
}

void append_escaped(std::string& out, std::string_view text) { Escaper().append(out, text); }

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_escaped(out, text);
  return out;
}

}  // namespace sock
