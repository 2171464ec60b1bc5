#pragma once

#include <CLI/CLI.hpp>

#include "options.hpp"

namespace sockclient {

/// Adds --ping, and the page `--help=ping` with its options and --json.
void declare_ping(CLI::App& app, Options& options);

/// After parsing: rejects options that do not fit together. Throws CLI::ValidationError.
void complete_ping(const CLI::App& app, Options& options);

}  // namespace sockclient
