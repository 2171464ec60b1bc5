#include "server/handler_memory.hpp"

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "support/catch.hpp"
#include "support/scarce_memory.hpp"

namespace {

using sock::ClientMemory;

bool is_inside(const void* memory, const ClientMemory& of) {
  const std::less<const void*> before;
  return !before(memory, &of) && before(memory, &of + 1);
}

}  // namespace

TEST_CASE("one handler lives in the memory, the next on the heap") {
  ClientMemory memory;
  void* const first = memory.allocate(80);
  void* const second = memory.allocate(80);
  CHECK(is_inside(first, memory));
  CHECK(reinterpret_cast<std::uintptr_t>(first) % alignof(void*) == 0);
  CHECK_FALSE(is_inside(second, memory));
  memory.deallocate(first);
  memory.deallocate(second);
  void* const third = memory.allocate(80);
  CHECK(third == first);
  memory.deallocate(third);
}

TEST_CASE("a handler that is too large lives on the heap") {
  ClientMemory memory;
  void* const large = memory.allocate(10'000);
  CHECK_FALSE(is_inside(large, memory));
  void* const small = memory.allocate(8);
  CHECK(is_inside(small, memory));
  memory.deallocate(small);
  memory.deallocate(large);
}

TEST_CASE("what Asio needs for a handler comes from the memory that the handler names") {
  asio::io_context context(1);
  sock::LoopMemory memory;
  int left = 100;
  std::function<void()> again = [&] {
    if (--left > 0) asio::post(context, sock::WithMemory(memory, [&] { again(); }));
  };
  asio::post(context, sock::WithMemory(memory, [&] { again(); }));
  context.run_one();
  const auto before = memory::allocations();
  context.run();
  CHECK(left == 0);
  CHECK(memory::allocations() == before);
}
