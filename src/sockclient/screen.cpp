#include "screen.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include "characters.hpp"
#include "sock/escape.hpp"
#include "sock/utf8.hpp"
#include "style.hpp"

namespace sockclient {

std::string local_time() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::localtime_r(&now, &parts);
  std::array<char, sizeof "14:05:09 "> text{};
  const auto size = std::strftime(text.data(), text.size(), "%H:%M:%S ", &parts);
  return {text.data(), size};
}

std::string Screen::show(std::string_view bytes) {
  if (layout_ == Layout::exact) return look_.time ? stamped(bytes) : std::string(bytes);
  if (!look_.whole) return show_rows(bytes);
  std::string out = bytes.empty() ? show_rows("\n") : show_rows(bytes);
  return out += finish();
}

std::string Screen::show_rows(std::string_view bytes) {
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

std::string Screen::stamped(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
    if (!in_line_) out += look_.time();
    out += bytes.substr(0, size);
    in_line_ = bytes[size - 1] != '\n';
    bytes.remove_prefix(size);
  }
  return out;
}

std::size_t Screen::showable() const {
  return held_.size() - (held_.ends_with('\r') ? 1 : sock::incomplete_utf8(held_));
}

void Screen::append(std::string& out, std::string_view text, bool ended) {
  if (text.empty() && !ended) return;
  const bool begins = !in_line_;
  if (begins && look_.time) out += look_.time();
  const std::string shown = look_.raw ? std::string(text) : in_locale(sock::escaped(text));
  if (look_.styled && !look_.raw && begins && ended) {
    append_styled(out, shown);
  } else {
    out += shown;
  }
  // In rows, a line end adds nothing if the line's last row is complete.
  if (layout_ == Layout::rows ? begins || !text.empty() : ended) out += '\n';
  in_line_ = !ended;
}

}  // namespace sockclient
