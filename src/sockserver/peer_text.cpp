#include "json_text.hpp"

#include <algorithm>
#include <string>

#include "sock/escape.hpp"

namespace sockserver {
namespace {

bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

std::size_t size_by_lead(unsigned char lead) {
  if (lead < 0xC0) return 1;
  if (lead < 0xE0) return 2;
  return lead < 0xF0 ? 3 : 4;
}

void append_ascii(LogLine& line, char c) {
  switch (c) {
    case '"':
      return line.append("\\\"");
    case '\\':
      return line.append("\\\\");
    case '\n':
      return line.append("\\n");
    case '\r':
      return line.append("\\r");
    case '\t':
      return line.append("\\t");
    default:
      return line.append("\\u{:04x}", static_cast<unsigned char>(c));
  }
}

// Appends the character at the front of `text`, which is not plain. Returns its bytes.
std::size_t append_character(LogLine& line, std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) {
    append_ascii(line, text.front());
    return 1;
  }
  // What is UTF-8, and what harms a terminal, is known there: it leaves a character as it is, or
  // makes it `\u202e`, `\x85` (C1), or one `\xff` for each byte.
  const auto character = text.substr(0, size_by_lead(lead));
  const std::string safe = sock::escaped(character);
  if (safe == character || safe.starts_with("\\u")) {
    line.append(safe);
    return character.size();
  }
  if (character.size() == 2 && safe.size() == 4) {
    line.append("\\u00{}", safe.substr(2));
    return character.size();
  }
  line.append("\\ufffd");
  return 1;
}

}  // namespace

bool append_json(LogLine& line, std::string_view text, std::size_t most) {
  line.append("\"");
  for (; !text.empty() && most > 0; --most) {
    const auto all = text.substr(0, most);
    const auto plain =
        static_cast<std::size_t>(std::find_if_not(all.begin(), all.end(), is_plain) - all.begin());
    line.append(text.substr(0, plain));
    text.remove_prefix(plain);
    most -= plain;
    if (most == 0 || text.empty()) break;
    text.remove_prefix(append_character(line, text));
  }
  line.append("\"");
  return text.empty();
}

}  // namespace sockserver
