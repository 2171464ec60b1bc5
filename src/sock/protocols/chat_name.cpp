#include "protocols/chat_name.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sock {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_letter_or_digit(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z'); }

}  // namespace

bool is_chat_name(std::string_view text) {
  constexpr std::size_t longest = 16;
  return !text.empty() && text.size() <= longest && is_letter_or_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
         });
}

bool is_reserved_chat_name(std::string_view name) {
  constexpr std::array<std::string_view, 3> words{"server", "you", "all"};
  constexpr std::string_view guest = "guest";
  const auto is_name = [name](auto word) { return equal_ignoring_case(name, word); };
  if (std::any_of(words.begin(), words.end(), is_name)) return true;
  if (!equal_ignoring_case(name.substr(0, guest.size()), guest)) return false;
  const auto number = name.substr(guest.size());
  return !number.empty() && std::all_of(number.begin(), number.end(), is_digit);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace sock
