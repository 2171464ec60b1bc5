#pragma once

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

/// Returns the port in argv[index], or `standard` if there are fewer arguments. Throws
/// std::invalid_argument.
inline std::uint16_t port_argument(int argc, char** argv, int index, std::uint16_t standard) {
  if (argc <= index) return standard;
  const std::string_view text = argv[index];
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::invalid_argument("\"" + std::string(text) + "\" is not a port (0 to 65535)");
  }
  return port;
}
