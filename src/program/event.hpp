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

/// The form of all event lines.
struct EventForm {
  EventStyle style = EventStyle::text;
  bool with_time = false;  ///< text lines begin with the local time
};

/// Builds the line of one event. The event is described once, side by side in words for people and
/// in fields for programs; the style selects one of the two:
///
///     event.words("{} in", size_text(n)).field("bytes_in", n);
///
/// A line of fields is one JSON object (RFC 8259), which begins with `time` (RFC 3339, UTC,
/// milliseconds) and `event`. New versions may add keys and events anywhere, and change none.
class Event {
 public:
  using Time = std::chrono::system_clock::time_point;

  /// Begins `line`, which must outlive the event.
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

  /// Appends text of a peer, escaped and cut at 200 characters: `"hola"`, or the fields `bytes`,
  /// `text` and, if cut, `"cut":true`.
  Event& text(std::string_view text);

  /// Appends text of any length, as fields only.
  Event& whole_text(std::string_view text);

  /// With one digit after the decimal point.
  Event& decimal(std::string_view key, double value);

  /// Completes the line, without its line end.
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
