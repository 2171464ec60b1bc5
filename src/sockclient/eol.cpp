#include "eol.hpp"

namespace sockclient {

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
