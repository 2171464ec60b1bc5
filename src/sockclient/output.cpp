#include "output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include "failure.hpp"
#include "program/process.hpp"

namespace sockclient {
namespace {

std::string_view environment(const char* name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

void write_out(std::string_view text) {
  if (program::write_all(STDOUT_FILENO, text)) return;
  if (errno == EPIPE || errno == EIO) throw OutputClosed{};
  throw Failure("cannot write to stdout: " + std::system_category().message(errno));
}

void report(const Options& options, std::string_view what) {
  if (options.verbose) program::write_all(STDERR_FILENO, fmt::format("sockclient: {}\n", what));
}

bool is_terminal(int fd) { return ::isatty(fd) == 1; }

bool has_escape_sequences() {
  const auto term = environment("TERM");
  return !term.empty() && term != "dumb";
}

bool wants_colour(const Options& options, int fd) {
  if (options.color != Colour::automatic) return options.color == Colour::always;
  return is_terminal(fd) && has_escape_sequences() && environment("NO_COLOR").empty();
}

}  // namespace sockclient
