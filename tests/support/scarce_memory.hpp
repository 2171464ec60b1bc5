#pragma once

#include <cstddef>

/// Memory that a test can watch and make fail. In a program that links scarce_memory.cpp, every
/// `new` goes through it; only those within a Watch are counted and can fail.
namespace memory {

constexpr std::size_t never = static_cast<std::size_t>(-1);

/// While it lives, its thread is watched. Can be nested.
class Watch {
 public:
  Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch();
};

/// While it lives, its thread is not watched: for the test's own work.
class Pause {
 public:
  Pause();
  Pause(const Pause&) = delete;
  Pause& operator=(const Pause&) = delete;
  ~Pause();

 private:
  int depth_;
};

/// For this thread: `count` more watched allocations succeed, the next throws std::bad_alloc, and
/// all later ones succeed.
void fail_after(std::size_t count);
/// Whether that allocation has failed.
bool has_failed();
/// The number of failed allocations on this thread.
std::size_t failures();

/// For this thread: bytes allocated while watched, and not freed.
std::size_t live_bytes();

/// The number of calls of operator new so far, watched or not, on all threads.
std::size_t allocations();

}  // namespace memory
