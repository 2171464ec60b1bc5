// sockclient: talks to a server with input from the keyboard, a pipe, or the command line.

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <clocale>
#include <exception>
#include <string>
#include <utility>

#include "event_output.hpp"
#include "filter.hpp"
#include "interactive.hpp"
#include "options.hpp"
#include "output.hpp"
#include "ping.hpp"
#include "program/process.hpp"
#include "program/values.hpp"
#include "script.hpp"
#include "signals.hpp"
#include "terminal.hpp"
#include "wire.hpp"

namespace sockclient {
namespace {

// The C locale, the default in containers, knows ASCII only. Called before the first thread.
// NOLINTBEGIN(concurrency-mt-unsafe)
void use_locale() {
  const char* const chosen = std::setlocale(LC_ALL, "");
  const std::string name = chosen == nullptr ? "C" : std::setlocale(LC_CTYPE, nullptr);
  if (name == "C" || name == "POSIX") std::setlocale(LC_CTYPE, "C.UTF-8");
}
// NOLINTEND(concurrency-mt-unsafe)

bool is_interactive(const Options& options) {
  return !options.has_steps && !options.ping && is_terminal(STDIN_FILENO) &&
         is_terminal(STDOUT_FILENO);
}

int run(const Options& options) {
  Terminal terminal;
  Signals signals(terminal);
  const bool is_dialogue = is_interactive(options);
  if (is_dialogue && has_escape_sequences()) signals.take_over();
  auto wire = Wire::connect(options);
  if (options.ping) return run_ping(std::move(wire), options, signals);
  const auto began = std::chrono::steady_clock::now();
  if (options.has_steps) {
    run_script(*wire, options);
  } else if (is_dialogue) {
    run_interactive(*wire, options, signals, terminal);
  } else {
    run_filter(*wire, options);
  }
  wire->close();
  const auto took = std::chrono::steady_clock::now() - began;
  report(options,
         fmt::format("{}, {}", wire->totals(),
                     program::to_text(std::chrono::ceil<std::chrono::milliseconds>(took))));
  if (is_dialogue && !options.quiet) write_out("adios\n");  // the last line of output
  return 0;
}

}  // namespace
}  // namespace sockclient

int main(int argc, char** argv) {
  using namespace sockclient;
  program::prepare_process();
  use_locale();
  Options options;
  if (const auto status = parse_options(argc, argv, options)) return *status;
  try {
    prepare_tls(options.layers);
    return run(options);
  } catch (const OutputClosed&) {
    return 0;
  } catch (const Failure& failure) {
    if (failure.status == 0) return 0;  // ended on purpose, -v has reported it
    write_failure(options, failure);
    say(failure.what(), failure.hint);
    return failure.status;
  } catch (const std::exception& error) {
    say(error.what());
    return 1;
  }
}
