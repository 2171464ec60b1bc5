#include "characters.hpp"

#include <fmt/format.h>
#include <langinfo.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cwchar>
#include <cwctype>

#include "sock/escape.hpp"
#include "sock/utf8.hpp"

namespace sockclient {
namespace {

constexpr wchar_t joiner = L'\u200d';
constexpr wchar_t first_emoji = L'\U0001f000';

// NOLINTBEGIN(concurrency-mt-unsafe): the locale is set before the first thread, the states are
// ours

bool is_utf8() { return std::string_view(::nl_langinfo(CODESET)) == "UTF-8"; }

struct Decoded {
  std::size_t size = 1;  // 0: incomplete, more bytes may follow
  wchar_t code = 0;
  bool is_text = false;
};

Decoded decode(std::string_view text) {
  Decoded out;
  std::mbstate_t state{};
  const auto used = std::mbrtowc(&out.code, text.data(), text.size(), &state);
  if (used == static_cast<std::size_t>(-1)) return {};
  if (used == static_cast<std::size_t>(-2)) return {0};
  out.size = used == 0 ? 1 : used;
  out.is_text = true;
  return out;
}

// NOLINTEND(concurrency-mt-unsafe)

bool is_control(char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F; }

}  // namespace

std::size_t character_size(std::string_view typed) { return decode(typed).size; }

std::size_t key_size(std::string_view typed) {
  if (typed.front() != '\x1b') return character_size(typed);
  if (typed.size() == 1) return 0;
  const char kind = typed[1];
  if (kind != '[' && kind != 'O') {  // Alt
    const std::size_t rest = key_size(typed.substr(1));
    return rest == 0 ? 0 : 1 + rest;
  }
  // Parameter bytes, then one final byte. `ESC [ [ A` is F1 on Linux; in rxvt the last may be '$'.
  std::size_t at = typed.substr(0, 3) == "\x1b[[" ? 3 : 2;
  while (at < typed.size() && typed[at] >= 0x20 && typed[at] < 0x40 && typed[at] != '$') ++at;
  if (at == typed.size()) return 0;
  return is_control(typed[at]) || static_cast<unsigned char>(typed[at]) >= 0x80 ? at : at + 1;
}

bool combines(std::string_view before, std::string_view next) {
  const auto [size, code, is_text] = decode(next);
  if (before.empty() || is_control(before.front()) || !is_text || code == 0) return false;
  if (::wcwidth(code) != 0 && (!is_utf8() || !before.ends_with("\xe2\x80\x8d"))) return false;
  const std::string both = std::string(before) + std::string(next);
  return !is_utf8() || sock::escaped(both) == both;
}

Glyph glyph_of(std::string_view character) {
  if (character.size() == 1 && character.front() >= ' ' && character.front() < 0x7F) {
    return {std::string(character), 1};
  }
  const auto first = decode(character);
  if (is_control(character.front())) {
    return {{'^', static_cast<char>(character.front() ^ 0x40)}, 2, true};
  }
  std::string safe(character);
  if (is_utf8()) {
    safe = sock::escaped(character);
  } else if (!first.is_text || std::iswprint(static_cast<wint_t>(first.code)) == 0) {
    safe = fmt::format("\\x{:02x}", static_cast<unsigned char>(character.front()));
  }
  if (safe != character) return {safe, safe.size(), true};
  Glyph glyph{safe};
  wchar_t before = 0;
  for (std::string_view rest = character; !rest.empty();) {
    const auto [size, code, is_text] = decode(rest);
    const int width = ::wcwidth(code);
    const int guess = code >= first_emoji ? 2 : 1;  // a character newer than this system
    if (before != joiner) glyph.width += static_cast<std::size_t>(width < 0 ? guess : width);
    glyph.is_certain = width > 0 && code < first_emoji && before == 0;
    before = code;
    rest.remove_prefix(size);
  }
  return glyph;
}

std::string in_locale(std::string text) {
  if (is_utf8()) return text;
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const auto [code, size] = sock::first_utf8(rest);
    std::array<char, MB_LEN_MAX> bytes{};
    std::mbstate_t state{};
    // NOLINTNEXTLINE(concurrency-mt-unsafe): it is safe with a state of our own
    const auto used = std::wcrtomb(bytes.data(), static_cast<wchar_t>(code), &state);
    const std::uint32_t number = code;
    if (size <= 1) {  // ASCII, or the locale is not UTF-8
      out += rest.front();
    } else if (used <= bytes.size() && std::iswprint(number) != 0) {
      out.append(bytes.data(), used);
    } else {
      out += number > 0xFFFF ? fmt::format("\\U{:08x}", number) : fmt::format("\\u{:04x}", number);
    }
    rest.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

}  // namespace sockclient
