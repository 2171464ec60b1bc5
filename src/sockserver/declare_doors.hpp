#pragma once

#include <CLI/CLI.hpp>
#include <vector>

#include "door_options.hpp"

namespace sockserver {

/// Adds --listen, which excludes --host, --port and --public, and the page `--help=doors`.
void declare_doors(CLI::App& app, std::vector<DoorOptions>& doors);

}  // namespace sockserver
