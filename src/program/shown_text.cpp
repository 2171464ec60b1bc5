#include "program/shown_text.hpp"

#include <algorithm>
#include <string>

#include "sock/escape.hpp"
#include "sock/utf8.hpp"

namespace program {
namespace {

bool is_plain(char c) { return c >= ' ' && c <= '~'; }

bool is_plain_in_json(char c) { return is_plain(c) && c != '"' && c != '\\'; }

std::string json_escape(char32_t code) {
  constexpr std::string_view short_ones = "\"\"\\\\\nn\rr\tt";  // character, letter
  for (std::size_t i = 0; i < short_ones.size(); i += 2) {
    if (code == static_cast<unsigned char>(short_ones[i])) return {'\\', short_ones[i + 1]};
  }
  if (code <= 0xFFFF) return fmt::format("\\u{:04x}", static_cast<unsigned>(code));
  const auto rest = static_cast<unsigned>(code - 0x10000);  // a surrogate pair, as in UTF-16
  return fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (rest >> 10U), 0xDC00 + (rest & 0x3FFU));
}

// Appends as much as fits; returns false if there is more.
bool append_characters(EventLine& line, std::string_view text, std::size_t room, bool is_json) {
  sock::Escaper escaper;
  while (!text.empty() && room > 0) {
    // Fast path: most texts are plain from end to end.
    const auto most = text.substr(0, room);
    const auto* const end =
        std::find_if_not(most.begin(), most.end(), is_json ? is_plain_in_json : is_plain);
    if (const auto plain = static_cast<std::size_t>(end - most.begin()); plain > 0) {
      line.append(text.substr(0, plain));
      text.remove_prefix(plain);
      room -= plain;
      escaper = {};
      continue;
    }
    const auto character = sock::first_utf8(text);
    const auto bytes = text.substr(0, std::max<std::size_t>(character.size, 1));
    std::string shown;
    escaper.append(shown, bytes);
    if (is_json && (shown != bytes || character.code < 0x80)) {
      shown = json_escape(character.size == 0 ? 0xFFFD : character.code);
    }
    const std::size_t taken = is_json || shown == bytes ? 1 : shown.size();
    if (taken > room) break;
    line.append(shown);
    text.remove_prefix(bytes.size());
    room -= taken;
  }
  return text.empty();
}

}  // namespace

void append_quoted(EventLine& line, std::string_view text) {
  line.append("\"");
  const bool is_whole = append_characters(line, text, longest_text, false);
  line.append("\"");
  if (!is_whole) line.append("... ({} bytes)", text.size());
}

bool append_json(EventLine& line, std::string_view text, std::size_t most) {
  line.append("\"");
  const bool is_whole = append_characters(line, text, most, true);
  line.append("\"");
  return is_whole;
}

}  // namespace program
