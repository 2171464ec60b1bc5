#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sock {

/// Where to listen, or what to connect to.
struct Address {
  std::string host = "localhost";  ///< a name or an address; to listen, "*" is every address
  std::uint16_t port = 0;
  std::string path{};  ///< of a UNIX socket, in place of the two; `@NAME` is an abstract name

  bool is_local() const { return !path.empty(); }
  friend bool operator==(const Address&, const Address&) = default;
};

/// How long the path of a UNIX socket, or an abstract name with its `@`, can be (unix(7)).
inline constexpr std::size_t longest_path = 107;

/// Reads an address as users write it: `9999` (of localhost), `example.org:80`, `[::1]:9999`,
/// `*:9999`, `unix:/tmp/chat`, `unix:@chat`. Throws std::invalid_argument, which says what is
/// wrong.
Address parse_address(std::string_view text);

/// As it stands in messages: `localhost port 9999`, `unix:/tmp/chat`.
std::string to_string(const Address& address);

}  // namespace sock
