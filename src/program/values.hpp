#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Shared by sockserver and sockclient, outside the library.
namespace program {

/// `500ms`, `5s`, `2m`, `1h`; a bare number is in seconds; `1.5s` is allowed. Rounded up to whole
/// milliseconds, so that only zero is zero. At most 1,000,000 h.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// A whole number of bytes; the suffixes K, M and G (k, m, g) are powers of 1024. It must fit into
/// size_t: on 32 bits, 2G is refused.
std::optional<std::size_t> parse_size(std::string_view text);

/// A whole number, digits only.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// 0 to 65535, or the name of a TCP service that this machine knows (`http`). Not thread-safe.
std::optional<std::uint16_t> parse_port(std::string_view text);

/// Returns what is wrong with the name of a file or a server, or an empty string. An empty name
/// comes from a variable that a script has not set.
std::string find_fault_of_name(const std::string& text);

/// `500 ms`, `5 s`, `4.1 s`.
std::string to_text(std::chrono::milliseconds duration);

/// `1 byte`, `9 bytes`, `57.3 kB`, `3.4 MB`: powers of 1000.
std::string size_text(std::uint64_t bytes);

}  // namespace program
