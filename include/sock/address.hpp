#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sock {

/// Where to listen, or what to connect to.
struct Address {
  std::string host = "localhost";  ///< a name or an address; "*": listen on every address
  std::uint16_t port = 0;
  /// A UNIX socket's path, instead of host and port; `@NAME` is an abstract name.
  std::string path{};

  bool is_local() const { return !path.empty(); }
  friend bool operator==(const Address&, const Address&) = default;
};

/// The most bytes in the path of a UNIX socket, or in an abstract name with its `@` (unix(7)).
inline constexpr std::size_t longest_path = 107;

/// Reads an address as users write it: `9999` (on localhost), `example.org:80`, `[::1]:9999`,
/// `*:9999`, `unix:/tmp/chat`, `unix:@chat`. Throws std::invalid_argument, which says what is
/// wrong.
Address parse_address(std::string_view text);

/// The form used in messages: `localhost port 9999`, `unix:/tmp/chat`.
std::string to_string(const Address& address);

}  // namespace sock
