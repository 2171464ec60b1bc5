#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "program/event_line.hpp"

namespace program {

enum class EventStyle { text, json };

/// How all lines of events look.
struct EventForm {
  EventStyle style = EventStyle::text;
  bool with_time = false;  ///< in front of a line of text: the time of day, of this place
};

/// One event on its way into a line. It is told once, in words for people and in fields for
/// programs, side by side; the style takes the ones or the others:
///
///     event.words("{} in", size_text(n)).field("bytes_in", n);
///
/// A line of fields is one JSON object (RFC 8259), which begins with `time` (RFC 3339, UTC,
/// milliseconds) and `event`. Keys and events may be added, in any place; none is changed.
class Event {
 public:
  using Time = std::chrono::system_clock::time_point;

  /// Begins a line, which outlives it.
  Event(EventLine& line, EventForm form, std::string_view name,
        Time now = std::chrono::system_clock::now());

  template <typename... Arguments>
  Event& words(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    if (style_ == EventStyle::text) line_.append(format, std::forward<Arguments>(arguments)...);
    return *this;
  }

  Event& field(std::string_view key, std::uint64_t value);
  Event& field(std::string_view key, std::string_view value);
  Event& field(std::string_view key, const std::vector<std::string>& values);

  /// A peer's text, made harmless and cut at 200 characters: `"hola"`, or the fields `bytes`,
  /// `text` and, where it was cut, `"cut":true`.
  Event& text(std::string_view text);

  /// The same of any length, as fields only.
  Event& whole_text(std::string_view text);

  /// With one digit behind the point.
  Event& decimal(std::string_view key, double value);

  /// Ends the line, but for its line end.
  void end() {
    if (style_ == EventStyle::json) line_.append("}");
  }

 protected:
  EventStyle style() const { return style_; }

 private:
  void key(std::string_view key);

  EventLine& line_;
  EventStyle style_;
};

}  // namespace program
