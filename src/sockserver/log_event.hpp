#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "log_line.hpp"
#include "sock/observer.hpp"

namespace sockserver {

enum class LogStyle { text, json };

/// How all lines of a log look.
struct LogForm {
  LogStyle style = LogStyle::text;
  bool with_time = false;  ///< in front of a line of text: the time of day, of this place
};

/// What follows the noun behind a number: `1 byte`, `2 bytes`.
inline const char* plural(std::uint64_t number) { return number == 1 ? "" : "s"; }

/// One event on its way into a line. It is told once, in words for people and in fields for
/// programs, side by side; the style takes the ones or the others:
///
///     event.words("{} in", size_text(n)).field("bytes_in", n);
///
/// A line of fields is one JSON object (RFC 8259), which begins with `time` (RFC 3339, UTC,
/// milliseconds) and `event`. Keys and events may be added, in any place; none is changed.
class LogEvent {
 public:
  using Time = std::chrono::system_clock::time_point;

  /// Begins a line, which outlives it.
  LogEvent(LogLine& line, LogForm form, std::string_view name,
           Time now = std::chrono::system_clock::now());

  /// Whom it is about, first of all: `#7 `, or the fields `conn` and those of peer().
  LogEvent& about(const sock::Client& client);

  /// The fields of an address: `peer`, and what there is besides it: `transport` of datagrams,
  /// `pid` and `uid` at a UNIX socket.
  LogEvent& peer(const sock::Endpoint& peer);

  template <typename... Arguments>
  LogEvent& words(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    if (style_ == LogStyle::text) line_.append(format, std::forward<Arguments>(arguments)...);
    return *this;
  }

  LogEvent& field(std::string_view key, std::uint64_t value);
  LogEvent& field(std::string_view key, std::string_view value);
  LogEvent& field(std::string_view key, const std::vector<std::string>& values);

  /// A peer's text, made harmless and cut at 200 characters: `"hola"`, or the fields `bytes`,
  /// `text` and, where it was cut, `"cut":true`.
  LogEvent& text(std::string_view text);

  /// Ends the line, but for its line end.
  void end() {
    if (style_ == LogStyle::json) line_.append("}");
  }

 private:
  void key(std::string_view key);

  LogLine& line_;
  LogStyle style_;
};

}  // namespace sockserver
