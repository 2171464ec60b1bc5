#pragma once

#include <string_view>

#include "options.hpp"

namespace sockclient {

/// Whoever read our output has gone; the program ends, and has nothing to complain about.
struct OutputClosed {};

/// Writes to stdout, all of it. Throws OutputClosed, or Failure.
void write_out(std::string_view text);

/// `-v`: a line about what is being done, on stderr.
void report(const Options& options, std::string_view what);

bool is_terminal(int fd);

/// Whether the terminal understands escape sequences.
bool has_escape_sequences();

/// Whether text on the terminal `fd` may be coloured.
bool wants_colour(const Options& options, int fd);

}  // namespace sockclient
