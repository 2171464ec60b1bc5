// Reads a PROXY header.

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "layers/proxy_format.hpp"
#include "sock/proxy_header.hpp"

namespace sock {
namespace {

using namespace proxy_format;

using State = ParsedProxyHeader::State;

// Whether the protocol defines this pair of family and transport. Some defined pairs are not in
// `kinds`: unspecified ones, and datagrams of UNIX sockets.
bool is_known(std::uint8_t code) { return code >> 4 <= 3 && (code & 0xf) <= 2; }

ParsedProxyHeader wrong(std::string_view why) {
  ParsedProxyHeader parsed;
  parsed.state = State::wrong;
  parsed.why = why;
  return parsed;
}

// The address as the system writes it; nullopt if `text` is not an address.
std::optional<std::string> normalised(int family, const std::string& text) {
  std::array<char, 16> address{};
  std::array<char, INET6_ADDRSTRLEN> written{};
  const bool is_whole = text.find('\0') == text.npos;  // C functions would stop there
  if (!is_whole || ::inet_pton(family, text.c_str(), address.data()) != 1) return {};
  ::inet_ntop(family, address.data(), written.data(), written.size());
  return written.data();
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  const bool is_plain = !text.empty() && (text.front() != '0' || text.size() == 1);
  if (error != std::errc() || rest != end || !is_plain) return {};
  return port;
}

std::string_view take_word(std::string_view& text) {
  const auto word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
}

// `TCP4 192.0.2.7 198.51.100.2 5000 80`
bool parse_text(std::string_view line, ProxyHeader& header) {
  const auto kind = take_word(line);
  if (kind == "UNKNOWN") return true;
  const int family = kind == "TCP4" ? AF_INET : AF_INET6;
  if (kind != "TCP4" && kind != "TCP6") return false;
  const auto source = normalised(family, std::string(take_word(line)));
  const auto destination = normalised(family, std::string(take_word(line)));
  const auto source_port = port_of(take_word(line));
  const auto destination_port = port_of(line);
  if (!source || !destination || !source_port || !destination_port) return false;
  header.source = Endpoint{.address = *source, .port = *source_port};
  header.destination = Endpoint{.address = *destination, .port = *destination_port};
  return true;
}

ParsedProxyHeader parse_text(std::string_view bytes) {
  const auto end = bytes.find('\n');
  const bool has_end = end < longest_text;
  if (!has_end && bytes.size() < longest_text) return {};
  if (!has_end || bytes[end - 1] != '\r') {
    return wrong("a header of version 1 without its line end");
  }
  ParsedProxyHeader parsed;
  parsed.state = State::complete;
  parsed.size = end + 1;
  const auto line = bytes.substr(text_begin.size(), end - 1 - text_begin.size());
  if (!parse_text(line, parsed.header)) return wrong("a header of version 1 that is not one");
  return parsed;
}

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

std::uint16_t number_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

// CRC-32C (RFC 4960, appendix B).
std::uint32_t checksum(std::string_view bytes) {
  constexpr std::uint32_t polynomial = 0x82f63b78;
  std::uint32_t sum = ~std::uint32_t{0};
  for (const char c : bytes) {
    sum ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ ((sum & 1) != 0 ? polynomial : 0);
  }
  return ~sum;
}

Endpoint endpoint_of(const Kind& kind, std::string_view address, std::uint16_t port) {
  Endpoint endpoint{.port = port, .transport = kind.transport};
  if (kind.family == AF_UNIX) {
    const bool is_abstract = address.starts_with('\0');
    if (is_abstract) address.remove_prefix(1);
    const auto name = address.substr(0, address.find('\0'));
    if (is_abstract && !name.empty()) endpoint.address = "@";
    endpoint.address += name;
    return endpoint;
  }
  std::array<char, INET6_ADDRSTRLEN> written{};
  ::inet_ntop(kind.family, address.data(), written.data(), written.size());
  endpoint.address = written.data();
  return endpoint;
}

// Returns false if an extra is longer than the rest.
bool parse_extras(std::string_view rest, ProxyHeader& header) {
  constexpr std::size_t begin = 3;  // type, length
  while (!rest.empty()) {
    if (rest.size() < begin || rest.size() - begin < number_at(rest, 1)) return false;
    const std::size_t size = number_at(rest, 1);
    header.extras.push_back({byte_at(rest, 0), std::string(rest.substr(begin, size))});
    rest.remove_prefix(begin + size);
  }
  return true;
}

// The checksum is of the whole header, with zeros in place of the checksum itself. Returns true if
// the header has no checksum.
bool has_right_checksum(std::string_view whole, std::size_t extras_at) {
  std::string bytes(whole);
  for (std::size_t at = extras_at; at < bytes.size(); at += 3 + number_at(bytes, at + 1)) {
    if (byte_at(bytes, at) != extra_checksum) continue;
    if (number_at(bytes, at + 1) != 4) return false;
    const std::string sum = bytes.substr(at + 3, 4);
    bytes.replace(at + 3, 4, 4, '\0');
    const std::uint32_t told = std::uint32_t{number_at(sum, 0)} << 16 | number_at(sum, 2);
    return told == checksum(bytes);
  }
  return true;
}

ParsedProxyHeader parse_binary(std::string_view bytes) {
  if (bytes.size() < binary_fixed) return {};
  const auto command = byte_at(bytes, 12);
  if (command != command_local && command != command_proxy) {
    return wrong("a header of a version or command that is not known");
  }
  ParsedProxyHeader parsed;
  parsed.header.version = 2;
  parsed.size = binary_fixed + number_at(bytes, 14);
  if (parsed.size > longest_proxy_header) return wrong("a header of more than 4096 bytes");
  if (bytes.size() < parsed.size) return {};
  parsed.state = State::complete;
  const auto whole = bytes.substr(0, parsed.size);
  const auto rest = whole.substr(binary_fixed);
  const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                 [&](const Kind& one) { return one.code == byte_at(bytes, 13); });
  if (command == command_proxy && !is_known(byte_at(bytes, 13))) {
    return wrong("a header of version 2 with addresses of a kind that is not known");
  }
  if (command == command_local || kind == kinds.end()) return parsed;  // what follows is skipped
  const std::size_t one = kind->address_size;
  const bool has_ports = kind->family != AF_UNIX;
  const std::size_t addresses = 2 * one + (has_ports ? 4 : 0);
  if (rest.size() < addresses) return wrong("a header of version 2 without its addresses");
  const auto port = [&](std::size_t at) {
    return has_ports ? number_at(rest, at) : std::uint16_t{};
  };
  parsed.header.source = endpoint_of(*kind, rest.substr(0, one), port(2 * one));
  parsed.header.destination = endpoint_of(*kind, rest.substr(one, one), port(2 * one + 2));
  if (!parse_extras(rest.substr(addresses), parsed.header)) {
    return wrong("a header of version 2 that is cut off");
  }
  if (!has_right_checksum(whole, binary_fixed + addresses)) {
    return wrong("a header of version 2 with a wrong checksum");
  }
  return parsed;
}

}  // namespace

ParsedProxyHeader parse_proxy_header(std::string_view bytes) {
  const auto begins = [bytes](std::string_view with) {
    return bytes.substr(0, with.size()) == with.substr(0, bytes.size());
  };
  if (begins(text_begin)) return parse_text(bytes);
  if (begins(binary_begin)) return parse_binary(bytes);
  return wrong("no PROXY header");
}

}  // namespace sock
