#pragma once

#include <string>
#include <string_view>

#include "options.hpp"
#include "output.hpp"
#include "program/event.hpp"
#include "sock/wait.hpp"

namespace sockclient {

/// Writes an event to stdout, as a line of words or, with --json, an object: `fill` tells both to
/// the program::Event that it is given. Throws OutputClosed, or Failure.
template <typename Fill>
void write_event(const Options& options, std::string_view name, Fill fill, bool with_time = false) {
  using program::EventStyle;
  program::EventLine line;
  program::Event event(
      line, {options.json ? EventStyle::json : EventStyle::text, options.timestamps || with_time},
      name);
  fill(event);
  event.end();
  line.append("\n");
  write_out(line.text());
}

/// With --json: that the program ends with this failure. Never throws.
void write_failure(const Options& options, const Failure& failure) noexcept;

/// `41.2 us`, `1.24 ms`, `2.05 s`.
std::string to_text(sock::Clock::duration time);

/// For the fields that end in `_us`.
double microseconds(sock::Clock::duration time);

}  // namespace sockclient
