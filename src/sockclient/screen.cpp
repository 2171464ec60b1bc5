#include "screen.hpp"

#include "sock/escape.hpp"
#include "style.hpp"

namespace sockclient {

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
  held_ = rest;
  if (layout_ == Layout::flowing || held_.size() > longest_waiting) out += flush();
  return out;
}

std::string Screen::flush() {
  std::string out;
  const std::size_t size = showable();
  append(out, std::string_view(held_).substr(0, size), false);
  held_.erase(0, size);
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

std::size_t Screen::showable() const {
  return held_.size() - (held_.ends_with('\r') ? 1 : sock::incomplete_utf8(held_));
}

void Screen::append(std::string& out, std::string_view text, bool ended) {
  if (text.empty() && !ended) return;
  const bool begins = !in_line_;
  if (begins && look_.time) out += look_.time();
  if (look_.raw) {
    out += text;
  } else if (look_.styled && begins && ended) {
    append_styled(out, sock::escaped(text));
  } else {
    sock::append_escaped(out, text);
  }
  // In rows, the end of a line whose last row is over needs none.
  if (layout_ == Layout::rows ? begins || !text.empty() : ended) out += '\n';
  in_line_ = !ended;
}

}  // namespace sockclient
