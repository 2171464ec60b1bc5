#pragma once

#include <cstdint>

namespace simulation {

/// Plays a whole server and its clients, all that happens chosen by the seed. Does not return if
/// something does not hold.
void simulate(std::uint64_t seed);

}  // namespace simulation
