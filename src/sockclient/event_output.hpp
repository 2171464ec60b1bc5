#pragma once

#include <string>
#include <string_view>

#include "options.hpp"
#include "output.hpp"
#include "program/event.hpp"
#include "sock/wait.hpp"

namespace sockclient {

/// Writes an event to stdout, as a line of words or, with --json, as an object. `fill` puts the
/// words and the fields into a program::Event. Throws OutputClosed, or Failure.
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

/// With --json, writes an event for the failure that ends the program. Never throws.
void write_failure(const Options& options, const Failure& failure) noexcept;

/// `41.2 us`, `1.24 ms`, `2.05 s`.
std::string to_text(sock::Clock::duration time);

/// For fields that end in `_us`.
double microseconds(sock::Clock::duration time);

}  // namespace sockclient
