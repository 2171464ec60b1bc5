#pragma once

#include <cstdint>

#include "options.hpp"

namespace sockserver {

/// Raises the limit of descriptors to the maximum, and makes the threads' stacks small: many
/// clients need many of both. Returns the limit of descriptors. Call it before the first thread.
std::uint64_t raise_limits();

/// The number of descriptors needed for the maximum number of clients.
std::uint64_t descriptors_needed(const Options& options);

}  // namespace sockserver
