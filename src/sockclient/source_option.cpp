#include "source_option.hpp"

#include <arpa/inet.h>

#include <array>
#include <string>

#include "program/values.hpp"

namespace sockclient {
namespace {

bool is_address(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> numeric{};
  return ::inet_pton(family, text.substr(0, text.find('%')).c_str(), numeric.data()) == 1;
}

}  // namespace

std::optional<sock::Endpoint> parse_source(std::string_view text) {
  sock::Endpoint source;
  const bool in_brackets = text.starts_with('[');
  const bool is_ipv6 = in_brackets || text.find(':') != text.rfind(':');
  auto end = text.npos;
  if (in_brackets) {
    end = text.find(']');
  } else if (!is_ipv6) {
    end = text.find(':');
  }
  if (in_brackets && end == text.npos) return {};
  source.address = text.substr(in_brackets ? 1 : 0, in_brackets ? end - 1 : end);
  if (!is_address(is_ipv6 ? AF_INET6 : AF_INET, source.address)) return {};
  auto rest = end == text.npos ? std::string_view() : text.substr(end + (in_brackets ? 1 : 0));
  if (rest.empty()) return source;
  const auto port = program::parse_number(rest.substr(1));
  if (rest.front() != ':' || !port || *port > 65535) return {};
  source.port = static_cast<std::uint16_t>(*port);
  return source;
}

std::string find_fault_of_source(const std::string& text) {
  if (parse_source(text)) return {};
  return "\"" + text + "\" is not an address (like 192.0.2.7, 192.0.2.7:5000, [::1]:5000)";
}

}  // namespace sockclient
