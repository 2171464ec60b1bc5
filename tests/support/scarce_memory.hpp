#pragma once

#include <cstddef>

/// Memory that a test can watch, and let lack. A program that links scarce_memory.cpp has every
/// `new` of its threads there; only those within a Watch are counted, and only those can fail.
namespace memory {

constexpr std::size_t never = static_cast<std::size_t>(-1);

/// While one lives, its thread is watched. They can be nested.
class Watch {
 public:
  Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch();
};

/// While one lives, its thread is not watched: for what a test does in between.
class Pause {
 public:
  Pause();
  Pause(const Pause&) = delete;
  Pause& operator=(const Pause&) = delete;
  ~Pause();

 private:
  int depth_;
};

/// Of this thread: `count` more watched allocations succeed, then one throws std::bad_alloc, and
/// then all succeed again.
void fail_after(std::size_t count);
/// Whether the one that was to fail has failed.
bool has_failed();
/// How many have failed on this thread.
std::size_t failures();

/// Of this thread: bytes that were allocated while it was watched, and not freed.
std::size_t live_bytes();

/// How often operator new was called so far, watched or not, on any thread.
std::size_t allocations();

}  // namespace memory
