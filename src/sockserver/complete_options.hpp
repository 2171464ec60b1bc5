#pragma once

#include <CLI/CLI.hpp>

#include "options.hpp"

namespace sockserver {

/// What needs the whole command line: the doors, defaults that depend on other options, and options
/// that have no effect with the others. Throws CLI::ValidationError, which names the option, and
/// the door if it is at fault.
void complete(const CLI::App& app, Options& options);

}  // namespace sockserver
