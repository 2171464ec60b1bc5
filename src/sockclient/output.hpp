#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "options.hpp"
#include "reason.hpp"
#include "screen.hpp"

namespace sockclient {

/// Why the exchange ended badly: what main() says, a line of help where one is surely right, and
/// the exit status.
struct Failure : std::runtime_error {
  explicit Failure(const std::string& what, Reason why = Reason::other, int exit_status = 1,
                   std::string line_of_help = {})
      : runtime_error(what), reason(why), status(exit_status), hint(std::move(line_of_help)) {}

  Reason reason;
  int status;
  std::string hint;
};

/// Whoever read our output has gone; the program ends, and has nothing to complain about.
struct OutputClosed {};

/// Writes to stdout, all of it. Throws OutputClosed, or Failure.
void write_out(std::string_view text);

/// A line on stderr, `sockclient: what`, and perhaps a line of help; both safe to show
/// (sock::escaped()).
void say(std::string_view what, std::string_view hint = {});

/// `-v`: the same about what is being done.
void report(const Options& options, std::string_view what);

bool is_terminal(int fd);

/// Takes what is there to be read from stdin, or waits for it. False: the end of input; a terminal
/// that is gone, too. Throws Failure. Says it if the terminal has cut a line that was too long.
bool read_input(std::string& bytes);

/// What is to be written of what comes, where nobody is typing: byte-exact, or escaped on a
/// terminal unless --raw; with the time before every line if the options ask for it.
Screen screen_for(const Options& options);

/// Whether text on the terminal `fd` may be coloured.
bool wants_colour(const Options& options, int fd);

}  // namespace sockclient
