// Three members of a chat type whatever the fuzzer finds; nobody may read a line that is not its
// author's (tests/support/chat_party.hpp).
//
// The input's first byte chooses the framing. In the rest, 0xFE and a byte choose what follows:
// '0' to '2': that member types; 'a' to 'f': the member who typed last ends in that way; anything
// else ends one read and begins the next. (In each seed a NUL, early, tells tools that it is not
// text.)

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz/require.hpp"
#include "support/chat_party.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto framing = static_cast<sock::Framing>(static_cast<unsigned char>(input.front()) % 3);
  input.remove_prefix(1);
  ChatParty party(3, {.framing = framing, .max_message = 100, .history = 5});
  std::size_t who = 0;
  while (!input.empty()) {
    const std::size_t end = std::min(input.find('\xfe'), input.size());
    if (end > 0) party.types(who, input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
    if (input.empty()) break;
    const char what = input.front();
    input.remove_prefix(1);
    if (what >= '0' && what <= '2') who = static_cast<std::size_t>(what - '0');
    if (what >= 'a' && what <= 'f') party.ends(who, static_cast<sock::End>(what - 'a'));
  }
  require(party.complaint().empty(), party.complaint());
  return 0;
}
