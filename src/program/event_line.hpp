#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace program {

/// The line of an event while it is built. It is built in place: up to its maximum length, nothing
/// is allocated.
class EventLine {
 public:
  /// PIPE_BUF of Linux: a pipe writes up to this size completely, or not at all.
  static constexpr std::size_t longest = 4096;

  void append(std::string_view text) { buffer_.append(text); }

  template <typename... Arguments>
  void append(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(fmt::appender(buffer_), format, std::forward<Arguments>(arguments)...);
  }

  /// The line so far, without its end.
  std::string_view text() const { return {buffer_.data(), buffer_.size()}; }

  /// Returns the line with its end, cut to `longest`. Nothing can be appended afterwards.
  std::string_view finish() {
    buffer_.resize(std::min(buffer_.size(), longest - 1));
    buffer_.push_back('\n');
    return text();
  }

 private:
  fmt::basic_memory_buffer<char, longest> buffer_;
};

}  // namespace program
