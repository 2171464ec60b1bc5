#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>

namespace program {

/// Prepares `app` as the table of a program's options: `description` is the head of `--help`, a
/// repeated option replaces its earlier value, a flag takes no value. Call it before adding
/// options.
void begin(CLI::App& app, const std::string& name, const std::string& description);

/// Adds `--help` and `--version`, after all others.
void end(CLI::App& app);

/// A hint for users who give an argument out of a habit that fails here; may be empty.
using Hint = std::function<std::string(const std::string& argument)>;

/// Reads the command line, and calls the function given to App::callback(), which may throw
/// CLI::ValidationError. Values may be empty, or begin with a dash.
///
/// Returns a status if the program is to end with it; all is printed then (0 after `--help` and
/// `--version`, 2 after wrong usage). Returns nullopt if the program should go on.
std::optional<int> parse(CLI::App& app, int argc, const char* const* argv, const Hint& hint = {});

}  // namespace program
