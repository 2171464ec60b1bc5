#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sock/endpoint.hpp"

namespace sock {

/// The header that a proxy sends before all else, so that the server knows for whom it connects
/// (The PROXY protocol, versions 1 and 2; haproxy, doc/proxy-protocol.txt).
struct ProxyHeader {
  /// Something more that version 2 carries. `value` is as it came.
  struct Extra {
    std::uint8_t type = 0;
    std::string value;
  };

  int version = 1;
  /// Whom the proxy speaks for, and where that one has connected. Nothing: the proxy speaks for
  /// itself (LOCAL), or does not know (UNKNOWN).
  std::optional<Endpoint> source{};
  std::optional<Endpoint> destination{};
  std::vector<Extra> extras{};
};

/// What stands at the beginning of a stream.
struct ParsedProxyHeader {
  enum class State { incomplete, complete, wrong };
  State state = State::incomplete;
  std::size_t size = 0;    ///< complete: so many bytes are the header
  ProxyHeader header{};    ///< complete
  std::string_view why{};  ///< wrong: in words
};

/// The longest header that is read; an incomplete one is shorter.
inline constexpr std::size_t longest_proxy_header = 4096;

/// Reads a header at the beginning of `bytes`; nothing is guessed. Throws nothing but
/// std::bad_alloc.
ParsedProxyHeader parse_proxy_header(std::string_view bytes);

/// The header as it is sent. Both ends are known and of one family, or none is.
std::string to_bytes(const ProxyHeader& header);

/// `authority "example.org"`, safe to show: what the extra is called in the specification.
std::string to_string(const ProxyHeader::Extra& extra);

}  // namespace sock
