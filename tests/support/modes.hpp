#pragma once

#include <array>

#include "sock/server.hpp"

/// Every mode there is: what a server promises holds in all of them.
inline constexpr std::array all_modes{sock::Mode::blocking, sock::Mode::threads};

inline const char* name_of(sock::Mode mode) {
  return mode == sock::Mode::blocking ? "blocking" : "threads";
}
