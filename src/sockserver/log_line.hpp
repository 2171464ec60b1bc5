#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string_view>
#include <utility>

namespace sockserver {

/// A line of the log in the making. It is made in place: as long as it is no longer than it may be,
/// nothing is allocated.
class LogLine {
 public:
  /// PIPE_BUF of Linux: a pipe takes a write of so many bytes whole, or not at all.
  static constexpr std::size_t longest = 4096;

  void append(std::string_view text) { buffer_.append(text); }

  template <typename... Arguments>
  void append(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(fmt::appender(buffer_), format, std::forward<Arguments>(arguments)...);
  }

  /// The line so far, without its end.
  std::string_view text() const { return {buffer_.data(), buffer_.size()}; }

  /// The line with its end, together no longer than the longest. Nothing more can be appended.
  std::string_view finish();

 private:
  fmt::basic_memory_buffer<char, longest> buffer_;
};

inline constexpr std::size_t longest_text = 200;  ///< characters of a peer's text in one line

/// Appends a peer's text, safe to show and not too long: `"hola"`, or `"aaaa"... (65536 bytes)`.
void append_quoted(LogLine& line, std::string_view text);

}  // namespace sockserver
