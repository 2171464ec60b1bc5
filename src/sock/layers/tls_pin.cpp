#include <stdexcept>
#include <string>

#include "sock/tls.hpp"

namespace sock {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string parse_pin(std::string_view text) {
  constexpr std::string_view begin = "sha256:";
  constexpr std::size_t size = 32;
  const auto wrong = [] {
    return std::invalid_argument("not a pin (sha256: and 64 hexadecimal digits)");
  };
  if (!text.starts_with(begin)) throw wrong();
  std::string digits;
  for (const char c : text.substr(begin.size())) {
    if (c != ':') digits += c;
  }
  if (digits.size() != 2 * size) throw wrong();
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = digit(digits[i]), low = digit(digits[i + 1]);
    if (high < 0 || low < 0) throw wrong();
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

}  // namespace sock
