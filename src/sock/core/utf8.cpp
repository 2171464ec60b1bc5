#include "sock/utf8.hpp"

namespace sock {
namespace {

// The size of a character that begins with `lead` (RFC 3629, 3); 0: no character begins with it.
std::size_t size_by_lead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// Whether `second` may follow `lead`: rules out overlong forms, surrogates and characters beyond
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

}  // namespace

Utf8Character first_utf8(std::string_view text) {
  if (text.empty()) return {};
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = size_by_lead(lead);
  if (size == 0 || valid_prefix(text, size) < size) return {};
  if (size == 1) return {lead, 1};
  char32_t code = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    code = code << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return {code, size};
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
