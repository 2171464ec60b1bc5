#include "eol.hpp"

namespace sockclient {

std::string_view without_line_end(std::string_view line) {
  if (!line.ends_with('\n')) return line;
  line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

void EolFilter::convert(std::string_view in, std::string& out) {
  if (eol_ == Eol::none) {
    out += in;
    return;
  }
  for (const char byte : in) {
    if (byte == '\n') {
      held_cr_ = false;
      out += line_end(eol_);
      continue;
    }
    finish(out);
    held_cr_ = byte == '\r';
    if (!held_cr_) out += byte;
  }
}

void EolFilter::finish(std::string& out) {
  if (held_cr_) out += '\r';
  held_cr_ = false;
}

}  // namespace sockclient
