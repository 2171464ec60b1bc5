#include "support/scarce_memory.hpp"

#include <atomic>
#include <cstdlib>
#include <new>
#include <utility>

namespace memory {
namespace {

std::atomic<std::size_t> made{0};

thread_local int depth = 0;
thread_local std::size_t left = never;
thread_local std::size_t live = 0;
thread_local std::size_t failed = 0;

// Stored before each block.
struct alignas(std::max_align_t) Header {
  std::size_t counted;  // in bytes; 0: not watched
};

bool lacks() {
  if (depth == 0 || left == never) return false;
  if (left-- > 0) return false;
  left = never;
  ++failed;
  return true;
}

void* allocate(std::size_t size) {
  made.fetch_add(1, std::memory_order_relaxed);
  if (lacks()) throw std::bad_alloc();
  void* const block = std::malloc(sizeof(Header) + size);
  if (block == nullptr) throw std::bad_alloc();
  Header* const header = new (block) Header{depth > 0 ? size : 0};
  live += header->counted;
  return header + 1;
}

void release(void* given) noexcept {
  if (given == nullptr) return;
  Header* const header = static_cast<Header*>(given) - 1;
  live -= header->counted;
  std::free(header);
}

}  // namespace

Watch::Watch() { ++depth; }
Watch::~Watch() { --depth; }

Pause::Pause() : depth_(std::exchange(depth, 0)) {}
Pause::~Pause() { depth = depth_; }

void fail_after(std::size_t count) { left = count; }
bool has_failed() { return left == never; }
std::size_t failures() { return failed; }
std::size_t live_bytes() { return live; }
std::size_t allocations() { return made; }

}  // namespace memory

// All other forms of operator new and delete call one of these. (The aligned forms do not, and are
// not used.)
void* operator new(std::size_t size) { return memory::allocate(size); }
void* operator new[](std::size_t size) { return memory::allocate(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept try {
  return memory::allocate(size);
} catch (const std::bad_alloc&) {
  return nullptr;
}
void* operator new[](std::size_t size, const std::nothrow_t& same) noexcept {
  return operator new(size, same);
}
void operator delete(void* block) noexcept { memory::release(block); }
void operator delete[](void* block) noexcept { memory::release(block); }
void operator delete(void* block, std::size_t) noexcept { memory::release(block); }
void operator delete[](void* block, std::size_t) noexcept { memory::release(block); }
