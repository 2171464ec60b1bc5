#pragma once

#include <cstdint>

#include "options.hpp"

namespace sockserver {

/// As many descriptors as the system allows, and threads with small stacks: a server of many
/// clients needs many of both. Returns how many descriptors there can be. Before the first thread.
std::uint64_t raise_limits();

/// How many descriptors it takes to serve as many clients as are allowed.
std::uint64_t descriptors_needed(const Options& options);

}  // namespace sockserver
