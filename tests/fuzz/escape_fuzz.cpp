// Text made safe to show, against the rules in escape.hpp.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/require.hpp"
#include "sock/escape.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string safe = sock::escaped(text);
  require(sock::escaped(safe) == safe, "what is safe is not left alone");
  require(safe.size() <= 6 * size, "longer than six times the text");
  for (const unsigned char byte : safe) {
    require(byte == '\t' || (byte >= 0x20 && byte != 0x7f), "a control character");
  }
  const std::size_t incomplete = sock::incomplete_utf8(text);
  require(incomplete <= 3 && incomplete <= size, "more than a character can lack");
  // Shown in two pieces, at the place where whoever shows a stream would cut it, it is the same.
  const std::size_t cut = size - incomplete;
  require(sock::escaped(text.substr(0, cut)) + sock::escaped(text.substr(cut)) == safe,
          "shown otherwise in two pieces");
  return 0;
}
