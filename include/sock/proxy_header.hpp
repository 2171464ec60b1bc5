#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sock/endpoint.hpp"

namespace sock {

/// The header that a proxy sends first, so that the server knows the client behind it (The PROXY
/// protocol, versions 1 and 2; haproxy, doc/proxy-protocol.txt).
struct ProxyHeader {
  /// An extra field of version 2. `value` holds its bytes unchanged.
  struct Extra {
    std::uint8_t type = 0;
    std::string value;
  };

  int version = 1;
  /// The client's address, and the address that it connected to. nullopt: the proxy connects for
  /// itself (LOCAL), or does not know the client (UNKNOWN).
  std::optional<Endpoint> source{};
  std::optional<Endpoint> destination{};
  std::vector<Extra> extras{};
};

/// The result of reading the beginning of a stream.
struct ParsedProxyHeader {
  enum class State { incomplete, complete, wrong };
  State state = State::incomplete;
  std::size_t size = 0;    ///< complete: the size of the header in bytes
  ProxyHeader header{};    ///< complete
  std::string_view why{};  ///< wrong: the reason in words
};

/// The longest header that is accepted, in bytes; an incomplete header is shorter.
inline constexpr std::size_t longest_proxy_header = 4096;

/// Reads the header at the beginning of `bytes`, and guesses nothing. Throws only std::bad_alloc.
ParsedProxyHeader parse_proxy_header(std::string_view bytes);

/// The header as it is sent. `source` and `destination` must both be set, with one family, or both
/// be nullopt.
std::string to_bytes(const ProxyHeader& header);

/// `authority "example.org"`: the name of the extra in the specification and its value, escaped.
std::string to_string(const ProxyHeader::Extra& extra);

}  // namespace sock
