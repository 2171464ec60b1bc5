#include "style.hpp"

#include <algorithm>
#include <cstddef>

namespace sockclient {
namespace {

constexpr std::size_t longest_name = 16;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_of_name(char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; }

// The name of the line's sender; empty if the line has none.
std::string_view name_in(std::string_view line) {
  const auto end = std::find_if_not(line.begin(), line.end(), is_of_name);
  const auto name = line.substr(0, static_cast<std::size_t>(end - line.begin()));
  if (name.empty() || name.size() > longest_name || !is_alphanumeric(name.front())) return {};
  const auto rest = line.substr(name.size());
  return rest.starts_with(": ") || rest.starts_with(" -> you: ") ? name : std::string_view();
}

}  // namespace

void append_styled(std::string& out, std::string_view line) {
  if (line.starts_with("* ")) {
    out.append("\x1b[2m").append(line).append("\x1b[0m");
    return;
  }
  const auto name = name_in(line);
  if (!name.empty()) out.append("\x1b[1m").append(name).append("\x1b[0m");
  out.append(line.substr(name.size()));
}

}  // namespace sockclient
