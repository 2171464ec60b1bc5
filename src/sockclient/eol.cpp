#include "eol.hpp"

namespace sockclient {

std::string_view bytes_of(Eol eol) {
  switch (eol) {
    case Eol::lf:
      return "\n";
    case Eol::crlf:
      return "\r\n";
    case Eol::none:
      return "";
  }
  return "";
}

void EolFilter::convert(std::string_view in, std::string& out) {
  if (eol_ == Eol::none) {
    out += in;
    return;
  }
  for (const char byte : in) {
    if (byte == '\n') {
      held_cr_ = false;
      out += bytes_of(eol_);
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
