#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "sock/server.hpp"

/// All modes: the server's guarantees hold in each of them.
inline constexpr std::array all_modes{sock::Mode::blocking, sock::Mode::threads, sock::Mode::async};

inline const char* name_of(sock::Mode mode) {
  if (mode == sock::Mode::async) return "async";
  return mode == sock::Mode::blocking ? "blocking" : "threads";
}

/// The ways to serve clients side by side, for GENERATE(from_range(side_by_side)).
inline const std::vector<sock::ServerOptions> side_by_side{
    {.mode = sock::Mode::threads},
    {.mode = sock::Mode::async},
    {.mode = sock::Mode::async, .loops = 3},
};
