#pragma once

#include <array>
#include <cstddef>
#include <new>
#include <utility>

namespace sock {

/// Memory for one handler at a time, kept by whom the handler is for: what waits for an idle client
/// costs no allocation. When it is in use, or too small, the heap serves.
template <std::size_t size>
class HandlerMemory {
 public:
  HandlerMemory() = default;
  HandlerMemory(const HandlerMemory&) = delete;
  HandlerMemory& operator=(const HandlerMemory&) = delete;

  void* allocate(std::size_t wanted) {
    if (in_use_ || wanted > storage_.size()) return ::operator new(wanted);
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
  alignas(void*) std::array<std::byte, size> storage_{};
  bool in_use_ = false;
};

/// For a client that waits for input; in Asio 1.22 that takes 88 bytes.
using ClientMemory = HandlerMemory<88>;
/// For whatever else an event loop waits for; there are few of these.
using LoopMemory = HandlerMemory<256>;

/// The same as an allocator, which Asio takes from the handler (get_allocator).
template <typename T, typename Memory>
class HandlerAllocator {
 public:
  using value_type = T;
  template <typename U>
  struct rebind {  // NOLINT(readability-identifier-naming): the standard's name
    using other = HandlerAllocator<U, Memory>;
  };

  explicit HandlerAllocator(Memory& memory) : memory_(&memory) {}
  template <typename U>
  HandlerAllocator(const HandlerAllocator<U, Memory>& other) : memory_(other.memory_) {}

  T* allocate(std::size_t n) { return static_cast<T*>(memory_->allocate(n * sizeof(T))); }
  void deallocate(T* memory, std::size_t) { memory_->deallocate(memory); }

  bool operator==(const HandlerAllocator&) const = default;

 private:
  template <typename, typename>
  friend class HandlerAllocator;
  Memory* memory_;
};

/// `function` as a handler whose operation lives in `memory`; so waiting for it needs none besides.
template <typename Memory, typename Function>
class WithMemory {
 public:
  using allocator_type = HandlerAllocator<void, Memory>;

  WithMemory(Memory& memory, Function function)
      : memory_(&memory), function_(std::move(function)) {}
  allocator_type get_allocator() const { return allocator_type(*memory_); }
  template <typename... Arguments>
  void operator()(Arguments&&... arguments) {
    function_(std::forward<Arguments>(arguments)...);
  }

 private:
  Memory* memory_;
  Function function_;
};

}  // namespace sock
