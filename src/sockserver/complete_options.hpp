#pragma once

#include <CLI/CLI.hpp>

#include "options.hpp"

namespace sockserver {

/// What only the whole command line tells: the doors there are, defaults that depend on other
/// options, and options that mean nothing with the others. Throws CLI::ValidationError, which names
/// the option, and the door where it is one's fault.
void complete(const CLI::App& app, Options& options);

}  // namespace sockserver
