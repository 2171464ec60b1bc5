#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>

namespace program {

/// Makes of `app` the table of a program's options: `description` is the head of `--help`, an
/// option given again replaces its earlier value, a flag takes none. Call it before options are
/// added.
void begin(CLI::App& app, const std::string& name, const std::string& description);

/// Adds `--help` and `--version`, behind all others.
void end(CLI::App& app);

/// What to say to those who give an argument out of a habit that fails here; empty: nothing.
using Hint = std::function<std::string(const std::string& argument)>;

/// Reads the command line, and calls what was given to App::callback(), which may throw
/// CLI::ValidationError. Any value is taken as it is: empty, or beginning with a dash.
///
/// A status: the program ends with it, everything has been said (0 after `--help` and `--version`,
/// 2 after wrong usage). Nothing: go on.
std::optional<int> parse(CLI::App& app, int argc, const char* const* argv, const Hint& hint = {});

}  // namespace program
