#pragma once

#include <cstddef>

/// How often operator new was called so far, on any thread (unit/server/allocations.cpp).
std::size_t allocations() noexcept;
