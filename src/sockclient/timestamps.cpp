#include "timestamps.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <ctime>

namespace sockclient {

std::string local_time() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::localtime_r(&now, &parts);
  std::array<char, sizeof "14:05:09 "> text{};
  const auto size = std::strftime(text.data(), text.size(), "%H:%M:%S ", &parts);
  return {text.data(), size};
}

std::string Timestamps::stamp(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
    if (!in_line_) out += time_();
    out += bytes.substr(0, size);
    in_line_ = bytes[size - 1] != '\n';
    bytes.remove_prefix(size);
  }
  return out;
}

}  // namespace sockclient
