#pragma once

#include <array>
#include <cstddef>
#include <new>

namespace sock {

/// Memory for one handler at a time, kept by whom the handler is for: what waits for an idle client
/// costs no allocation. When it is in use, or too small, the heap serves.
class HandlerMemory {
 public:
  HandlerMemory() = default;
  HandlerMemory(const HandlerMemory&) = delete;
  HandlerMemory& operator=(const HandlerMemory&) = delete;

  void* allocate(std::size_t size) {
    if (in_use_ || size > storage_.size()) return ::operator new(size);
    in_use_ = true;
    return storage_.data();
  }

  void deallocate(void* memory) {
    if (memory == storage_.data()) {
      in_use_ = false;
    } else {
      ::operator delete(memory);
    }
  }

 private:
  alignas(void*) std::array<std::byte, 88> storage_{};  // a wait for a socket, in Asio 1.22: 88
  bool in_use_ = false;
};

/// The same as an allocator, which Asio takes from the handler (get_allocator).
template <typename T>
class HandlerAllocator {
 public:
  using value_type = T;

  explicit HandlerAllocator(HandlerMemory& memory) : memory_(&memory) {}
  template <typename U>
  HandlerAllocator(const HandlerAllocator<U>& other) : memory_(other.memory_) {}

  T* allocate(std::size_t n) { return static_cast<T*>(memory_->allocate(n * sizeof(T))); }
  void deallocate(T* memory, std::size_t) { memory_->deallocate(memory); }

  bool operator==(const HandlerAllocator&) const = default;

 private:
  template <typename>
  friend class HandlerAllocator;
  HandlerMemory* memory_;
};

}  // namespace sock
