#include "sock/address.hpp"

#include <charconv>
#include <stdexcept>

namespace sock {
namespace {

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::uint16_t parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || rest != end) {
    throw std::invalid_argument(quoted(text) + " is not a port (0 to 65535)");
  }
  return port;
}

Address parse_path(std::string_view path) {
  if (path.empty()) throw std::invalid_argument("unix: has no path");
  if (path == "@") throw std::invalid_argument("unix:@ has no name");
  if (path.size() > longest_path) {
    throw std::invalid_argument("the path has " + std::to_string(path.size()) +
                                " bytes, and can have " + std::to_string(longest_path));
  }
  if (path.find('\0') != path.npos) throw std::invalid_argument("the path has a NUL in it");
  return {.path = std::string(path)};
}

}  // namespace

Address parse_address(std::string_view text) {
  constexpr std::string_view local = "unix:";
  if (text.starts_with(local)) return parse_path(text.substr(local.size()));
  if (text.starts_with('/'))
    throw std::invalid_argument("a path is written unix:" + std::string(text));
  const auto colon = text.rfind(':');
  if (colon == text.npos) return {.port = parse_port(text)};
  auto host = text.substr(0, colon);
  const std::uint16_t port = parse_port(text.substr(colon + 1));
  if (host.empty()) throw std::invalid_argument("no host stands before the port (all: *)");
  const bool in_brackets = host.front() == '[' && host.back() == ']';
  if (host.find(':') != host.npos && !in_brackets) {
    if (host.front() == '[') host.remove_prefix(1);
    if (host.back() == ']') host.remove_suffix(1);
    throw std::invalid_argument("an IPv6 address stands in brackets: [" + std::string(host) +
                                "]:" + std::to_string(port));
  }
  return {.host = std::string(host), .port = port};
}

std::string to_string(const Address& address) {
  if (address.is_local()) return "unix:" + address.path;
  return address.host + " port " + std::to_string(address.port);
}

}  // namespace sock
