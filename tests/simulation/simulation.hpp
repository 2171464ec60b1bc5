#pragma once

#include <cstdint>

namespace simulation {

/// Simulates a whole server and its clients; the seed chooses everything that happens. Does not
/// return if a condition does not hold.
void simulate(std::uint64_t seed);

}  // namespace simulation
