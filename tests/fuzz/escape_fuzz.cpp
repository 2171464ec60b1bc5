// Text made safe to show, against the rules in escape.hpp.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/cut.hpp"
#include "fuzz/require.hpp"
#include "sock/escape.hpp"

namespace {

// All of it is UTF-8, and nothing in it is invisible but tags, which belong to a flag then.
void require_text(std::string_view safe) {
  bool is_in_flag = false;
  while (!safe.empty()) {
    const auto [code, size] = sock::first_utf8(safe);
    require(size > 0, "not UTF-8");
    const bool is_tag = code >= 0xE0020 && code <= 0xE007F;
    require(!sock::is_escaped(code) || (is_tag && is_in_flag), "an invisible character");
    is_in_flag = code == 0x1F3F4 || is_tag;
    safe.remove_prefix(size);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string safe = sock::escaped(text);
  require(sock::escaped(safe) == safe, "what is safe is not left alone");
  require(safe.size() <= 6 * size, "longer than six times the text");
  for (const unsigned char byte : safe) {
    require(byte == '\t' || (byte >= 0x20 && byte != 0x7f), "a control character");
  }
  require_text(safe);
  const std::size_t incomplete = sock::incomplete_utf8(text);
  require(incomplete <= 3 && incomplete <= size, "more than a character can lack");
  // Shown in pieces, each held back where whoever shows a stream would cut it, it is the same.
  for (const Reads& pieces : some_cuts(text)) {
    sock::Escaper escaper;
    std::string shown;
    std::string held;
    for (const std::string_view piece : pieces) {
      held += piece;
      const std::size_t whole = held.size() - sock::incomplete_utf8(held);
      escaper.append(shown, std::string_view(held).substr(0, whole));
      held.erase(0, whole);
    }
    escaper.append(shown, held);
    require(shown == safe, "shown otherwise in pieces");
  }
  return 0;
}
