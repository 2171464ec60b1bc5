#include "sock/escape.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace sock {
namespace {

// Characters that move the cursor, turn the direction of writing, or are there without showing.
bool is_harmful(char32_t code) {
  constexpr std::array<std::pair<char32_t, char32_t>, 10> ranges{{
      {0x00, 0x08},
      {0x0A, 0x1F},      // C0 controls, without tab
      {0x7F, 0x9F},      // DEL and C1 controls
      {0x061C, 0x061C},  // Arabic letter mark
      {0x200B, 0x200B},  // zero width space
      {0x200E, 0x200F},  // left-to-right and right-to-left mark
      {0x2028, 0x202E},  // line and paragraph separator, embeddings and overrides
      {0x2060, 0x2064},  // word joiner, invisible operators
      {0x2066, 0x2069},  // isolates
      {0xFEFF, 0xFEFF},  // zero width no-break space
  }};
  for (const auto& [first, last] : ranges) {
    if (code <= last) return code >= first;
  }
  return false;
}

// How many bytes at the beginning need no escape.
std::size_t harmless_prefix(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size()) {
    if (text[size] >= 0x20 && text[size] < 0x7F) {  // most of what there is
      ++size;
      continue;
    }
    const Utf8Character character = first_utf8(text.substr(size));
    if (character.size == 0 || is_harmful(character.code)) break;
    size += character.size;
  }
  return size;
}

void append_hex(std::string& out, char kind, char32_t value, int digits) {
  out.append({'\\', kind});
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    out.push_back("0123456789abcdef"[value >> static_cast<unsigned>(shift) & 0xFU]);
  }
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  for (;;) {
    const std::size_t harmless = harmless_prefix(text);
    out.append(text.substr(0, harmless));
    text.remove_prefix(harmless);
    if (text.empty()) return;

    const Utf8Character character = first_utf8(text);
    if (character.size == 0) {
      append_hex(out, 'x', static_cast<unsigned char>(text.front()), 2);
    } else if (character.code <= 0xFF) {
      append_hex(out, 'x', character.code, 2);
    } else {
      append_hex(out, 'u', character.code, 4);
    }
    text.remove_prefix(std::max<std::size_t>(character.size, 1));
  }
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_escaped(out, text);
  return out;
}

}  // namespace sock
