#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "options.hpp"
#include "reason.hpp"
#include "screen.hpp"

namespace sockclient {

/// An exchange that failed: the message that main() prints, a line of help where one surely fits,
/// and the exit status.
struct Failure : std::runtime_error {
  explicit Failure(const std::string& what, Reason why = Reason::other, int exit_status = 1,
                   std::string line_of_help = {})
      : runtime_error(what), reason(why), status(exit_status), hint(std::move(line_of_help)) {}

  Reason reason;
  int status;
  std::string hint;
};

/// The reader of our output has gone; the program ends without an error message.
struct OutputClosed {};

/// Writes all of `text` to stdout. Throws OutputClosed, or Failure.
void write_out(std::string_view text);

/// Writes `sockclient: what` to stderr, with an optional line of help; both are escaped
/// (sock::escaped()).
void say(std::string_view what, std::string_view hint = {});

/// With `-v`: says what is being done.
void report(const Options& options, std::string_view what);

bool is_terminal(int fd);

/// Reads what is available on stdin, or waits for it. Returns false at the end of input, also if
/// the terminal is gone. Throws Failure. Reports a line that the terminal has cut because it was
/// too long.
bool read_input(std::string& bytes);

/// How received text is written where nothing is typed: byte-exact, or escaped on a terminal unless
/// --raw; with the time before every line if the options ask for it.
Screen screen_for(const Options& options);

/// Whether text on the terminal `fd` may be coloured.
bool wants_colour(const Options& options, int fd);

}  // namespace sockclient
