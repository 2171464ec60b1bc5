#include "sock/thread_per_client.hpp"

#include <atomic>
#include <filesystem>
#include <iterator>
#include <latch>

#include "support/catch.hpp"

namespace {

std::ptrdiff_t threads_of_this_process() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return std::distance(begin(tasks), end(tasks));
}

}  // namespace

TEST_CASE("every task runs, each on a thread of its own") {
  std::atomic<int> done = 0;
  std::latch all_there(8);
  {
    sock::ThreadPerClient threads;
    for (int i = 0; i < 8; ++i) {
      threads.start([&] {
        all_there.arrive_and_wait();  // would never pass with fewer threads
        ++done;
      });
    }
  }
  CHECK(done == 8);
}

TEST_CASE("finished threads are joined while others come") {
  sock::ThreadPerClient threads;
  threads.start([] {});
  threads.join_all();
  const auto before = threads_of_this_process();  // with what a sanitizer starts of its own
  for (int i = 0; i < 500; ++i) {
    std::latch ran(1);
    threads.start([&] { ran.count_down(); });
    ran.wait();
  }
  threads.join_all();
  CHECK(threads_of_this_process() <= before);
}
