#pragma once

#include <CLI/CLI.hpp>

#include "options.hpp"

namespace sockclient {

/// Adds --ping, and the page `--help=ping` with what belongs to it and --json.
void declare_ping(CLI::App& app, Options& options);

/// After the parsing: refuses what makes no sense together. Throws CLI::ValidationError.
void complete_ping(const CLI::App& app, Options& options);

}  // namespace sockclient
