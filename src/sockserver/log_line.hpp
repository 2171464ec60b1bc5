#pragma once

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace sockserver {

/// One line of the log in the making. It is made in place: nothing is allocated.
///
/// What would be beyond 4,096 bytes, the line end counted, is cut off.
class LogLine {
 public:
  /// PIPE_BUF of Linux: a pipe takes a write of so many bytes whole, or not at all.
  static constexpr std::size_t longest = 4096;

  LogLine() {}  // NOLINT(*-member-init, *-equals-default): the buffer is written before it is read

  void append(std::string_view text);

  template <typename... Arguments>
  void append(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    const auto result = fmt::format_to_n(buffer_.data() + size_, room(), format,
                                         std::forward<Arguments>(arguments)...);
    size_ = static_cast<std::size_t>(result.out - buffer_.data());
  }

  /// The line so far, without its end.
  std::string_view text() const { return {buffer_.data(), size_}; }

  /// The line with its end. Nothing more can be appended.
  std::string_view finish();

 private:
  std::size_t room() const { return longest - 1 - size_; }

  std::array<char, longest> buffer_;
  std::size_t size_ = 0;
};

inline constexpr std::size_t longest_text = 200;  ///< characters of a peer's text in one line

/// Appends a peer's text, safe to show and not too long: `"hola"`, or `"aaaa"... (65536 bytes)`.
void append_quoted(LogLine& line, std::string_view text);

}  // namespace sockserver
