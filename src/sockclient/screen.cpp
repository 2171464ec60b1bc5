#include "screen.hpp"

#include "sock/escape.hpp"

std::string Screen::show(std::string_view bytes) {
  const std::string all = held_.append(bytes);
  std::string_view rest = all;
  std::string out;
  for (auto end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
    std::string_view text = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    append(out, text, true);
  }
  const std::size_t held = rest.ends_with('\r') ? 1 : sock::incomplete_utf8(rest);
  held_ = rest.substr(rest.size() - held);
  append(out, rest.substr(0, rest.size() - held), false);
  return out;
}

std::string Screen::finish() {
  std::string out;
  append(out, held_, false);
  held_.clear();
  if (in_line_ && layout_ == Layout::flowing) out += '\n';
  in_line_ = false;
  return out;
}

void Screen::append(std::string& out, std::string_view text, bool ended) {
  const bool row_is_over = layout_ == Layout::rows && in_line_;
  if (raw_) {
    out += text;
  } else {
    sock::append_escaped(out, text);
  }
  if (layout_ == Layout::rows ? !text.empty() || (ended && !row_is_over) : ended) out += '\n';
  in_line_ = !ended && (in_line_ || !text.empty());
}
