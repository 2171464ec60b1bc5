// Writes a PROXY header, and shows its extras.

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "layers/proxy_format.hpp"
#include "sock/escape.hpp"
#include "sock/proxy_header.hpp"

namespace sock {
namespace {

using namespace proxy_format;

void add_number(std::string& bytes, std::size_t number) {
  bytes += static_cast<char>(number >> 8 & 0xff);
  bytes += static_cast<char>(number & 0xff);
}

const Kind& kind_of(const Endpoint& endpoint) {
  const bool is_ipv6 = endpoint.address.find(':') != std::string::npos;
  return *std::find_if(kinds.begin(), kinds.end(), [&](const Kind& one) {
    return one.transport == endpoint.transport &&
           (one.family == AF_UNIX || is_ipv6 == (one.family == AF_INET6));
  });
}

void add_address(std::string& bytes, const Kind& kind, const Endpoint& endpoint) {
  std::string address(kind.address_size, '\0');
  if (kind.family == AF_UNIX) {
    const auto name = std::string_view(endpoint.address).substr(0, local_size);
    address.replace(0, name.size(), name);
    if (address.front() == '@') address.front() = '\0';
  } else {
    ::inet_pton(kind.family, endpoint.address.c_str(), address.data());
  }
  bytes += address;
}

std::string to_text(const ProxyHeader& header) {
  if (!header.source || header.source->transport != Transport::tcp) return "PROXY UNKNOWN\r\n";
  const auto& [source, destination] = std::pair(*header.source, *header.destination);
  const bool is_ipv6 = source.address.find(':') != std::string::npos;
  return std::string(text_begin) + (is_ipv6 ? "TCP6 " : "TCP4 ") + source.address + " " +
         destination.address + " " + std::to_string(source.port) + " " +
         std::to_string(destination.port) + "\r\n";
}

}  // namespace

std::string to_bytes(const ProxyHeader& header) {
  if (header.version == 1) return to_text(header);
  std::string rest;
  std::uint8_t code = 0;
  if (header.source) {
    const Kind& kind = kind_of(*header.source);
    code = kind.code;
    add_address(rest, kind, *header.source);
    add_address(rest, kind, *header.destination);
    if (kind.family != AF_UNIX) {
      add_number(rest, header.source->port);
      add_number(rest, header.destination->port);
    }
  }
  for (const auto& [type, value] : header.extras) {
    rest += static_cast<char>(type);
    add_number(rest, value.size());
    rest += value;
  }
  std::string bytes(binary_begin);
  bytes += static_cast<char>(header.source ? command_proxy : command_local);
  bytes += static_cast<char>(code);
  add_number(bytes, rest.size());
  return bytes + rest;
}

std::string to_string(const ProxyHeader::Extra& extra) {
  constexpr std::array<std::pair<std::uint8_t, std::string_view>, 7> names{
      {{0x01, "alpn"},
       {0x02, "authority"},
       {extra_checksum, "crc32c"},
       {0x04, "noop"},
       {0x05, "unique-id"},
       {0x20, "ssl"},
       {0x30, "netns"}}};
  const auto* named = std::find_if(names.begin(), names.end(),
                                   [&](const auto& one) { return one.first == extra.type; });
  const bool is_named = named != names.end();
  const std::string name =
      is_named ? std::string(named->second) : "type " + std::to_string(extra.type);
  return name + " \"" + escaped(extra.value) + "\"";
}

}  // namespace sock
