#include "server/handler_memory.hpp"

#include <cstddef>
#include <functional>

#include "support/catch.hpp"

namespace {

bool is_inside(const void* memory, const sock::HandlerMemory& of) {
  const std::less<const void*> before;
  return !before(memory, &of) && before(memory, &of + 1);
}

}  // namespace

TEST_CASE("one handler lives in the memory, the next on the heap") {
  sock::HandlerMemory memory;
  void* const first = memory.allocate(80);
  void* const second = memory.allocate(80);
  CHECK(is_inside(first, memory));
  CHECK_FALSE(is_inside(second, memory));
  memory.deallocate(first);
  memory.deallocate(second);
  CHECK(memory.allocate(80) == first);
}

TEST_CASE("a handler that is too large lives on the heap") {
  sock::HandlerMemory memory;
  void* const large = memory.allocate(10'000);
  CHECK_FALSE(is_inside(large, memory));
  CHECK(is_inside(memory.allocate(8), memory));
  memory.deallocate(large);
}
