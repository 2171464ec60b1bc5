#include "sock/escape.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace sock {
namespace {

struct Character {
  std::size_t size = 0;  // in bytes; 0: the bytes here are not UTF-8
  char32_t code = 0;
};

// How many bytes a character has that begins with this one (RFC 3629, 3); 0: none begins so.
std::size_t size_by_lead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// Whether `second` may follow `lead`: rules out overlong forms, surrogates and what is beyond
// U+10FFFF (RFC 3629, 4).
bool may_follow(unsigned char lead, unsigned char second) {
  if (lead == 0xE0) return second >= 0xA0 && second <= 0xBF;
  if (lead == 0xED) return second >= 0x80 && second <= 0x9F;
  if (lead == 0xF0) return second >= 0x90 && second <= 0xBF;
  if (lead == 0xF4) return second >= 0x80 && second <= 0x8F;
  return second >= 0x80 && second <= 0xBF;
}

// How many of the first `size` bytes can belong to one character.
std::size_t valid_prefix(std::string_view text, std::size_t size) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  std::size_t valid = 1;
  while (valid < size && valid < text.size() &&
         (valid == 1 ? may_follow(byte(0), byte(1)) : (byte(valid) & 0xC0) == 0x80)) {
    ++valid;
  }
  return valid;
}

Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = size_by_lead(lead);
  if (size == 0 || valid_prefix(text, size) < size) return {};
  if (size == 1) return {1, lead};
  char32_t code = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    code = code << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return {size, code};
}

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
    const Character character = first_character(text.substr(size));
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

    const Character character = first_character(text);
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

std::size_t incomplete_utf8(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const std::string_view end = text.substr(text.size() - back);
    const std::size_t size = size_by_lead(static_cast<unsigned char>(end.front()));
    if (size > back && valid_prefix(end, size) == back) return back;
  }
  return 0;
}

}  // namespace sock
