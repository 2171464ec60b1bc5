#include "log_line.hpp"

#include <algorithm>
#include <string>

#include "sock/escape.hpp"

namespace sockserver {
namespace {

bool is_plain(char c) { return c >= ' ' && c <= '~'; }

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// Appends the beginning of `text`, safe to show, up to the longest that is shown. False: there is
// more of it.
bool append_beginning(LogLine& line, std::string_view text) {
  std::size_t room = longest_text;
  while (!text.empty() && room > 0) {
    // Most texts are plain from end to end, and need no second look.
    const auto most = text.substr(0, room);
    const auto plain = static_cast<std::size_t>(
        std::find_if_not(most.begin(), most.end(), is_plain) - most.begin());
    line.append(text.substr(0, plain));
    text.remove_prefix(plain);
    room -= plain;
    // A character has at most four bytes, and no escape is shorter than what it stands for.
    const auto rest = text.substr(0, 4 * room);
    const auto other = rest.substr(
        0,
        static_cast<std::size_t>(std::find_if(rest.begin(), rest.end(), is_plain) - rest.begin()));
    const std::string safe = sock::escaped(other);
    std::size_t end = 0;
    for (; end < safe.size(); ++end) {
      if (begins_character(safe[end]) && room-- == 0) break;
    }
    line.append(std::string_view(safe).substr(0, end));
    if (end < safe.size()) return false;
    text.remove_prefix(other.size());
  }
  return text.empty();
}

}  // namespace

std::string_view LogLine::finish() {
  buffer_.resize(std::min(buffer_.size(), longest - 1));
  buffer_.push_back('\n');
  return text();
}

void append_quoted(LogLine& line, std::string_view text) {
  line.append("\"");
  const bool is_whole = append_beginning(line, text);
  line.append("\"");
  if (!is_whole) line.append("... ({} bytes)", text.size());
}

}  // namespace sockserver
