#include "output.hpp"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "characters.hpp"
#include "program/process.hpp"
#include "sock/escape.hpp"
#include "terminal.hpp"

namespace sockclient {
namespace {

constexpr std::size_t most_of_input = 64 * 1024;
constexpr std::size_t longest_line = 4096;  // of a terminal in canonical mode (N_TTY of Linux)

}  // namespace

void write_out(std::string_view text) {
  if (program::write_all(STDOUT_FILENO, text)) return;
  if (errno == EPIPE || errno == EIO) throw OutputClosed{};
  throw Failure("cannot write to stdout: " + std::system_category().message(errno));
}

void say(std::string_view what, std::string_view hint) {
  std::string text = fmt::format("sockclient: {}\n", sock::escaped(what));
  if (!hint.empty()) text += fmt::format("{}\n", sock::escaped(hint));
  program::write_all(STDERR_FILENO, in_locale(text));
}

void report(const Options& options, std::string_view what) {
  if (options.verbosity > 0) say(what);
}

bool is_terminal(int fd) { return ::isatty(fd) == 1; }

bool read_input(std::string& bytes) {
  bytes.resize(most_of_input);
  ssize_t got = -1;
  do {
    got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
  } while (got < 0 && (errno == EINTR || errno == EAGAIN));
  if (got < 0 && errno != EIO) {
    throw Failure("cannot read stdin: " + std::system_category().message(errno));
  }
  bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  termios settings{};
  if (bytes.size() == longest_line && bytes.ends_with('\n') &&
      ::tcgetattr(STDIN_FILENO, &settings) == 0 && (settings.c_lflag & ICANON) != 0) {
    say("the terminal hands over no more than 4095 bytes of a line");
  }
  return !bytes.empty();
}

Screen screen_for(const Options& options) {
  const bool is_escaped = is_terminal(STDOUT_FILENO) && !options.raw;
  return {is_escaped ? Screen::Layout::flowing : Screen::Layout::exact,
          {.whole = options.udp, .time = options.timestamps ? local_time : TimeOfDay()}};
}

bool wants_colour(const Options& options, int fd) {
  if (options.color != Colour::automatic) return options.color == Colour::always;
  return is_terminal(fd) && has_escape_sequences() && program::environment("NO_COLOR").empty();
}

}  // namespace sockclient
