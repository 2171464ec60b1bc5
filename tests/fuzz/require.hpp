#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

/// A fuzz target's check: says what does not hold, and ends.
inline void require(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "%.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}
