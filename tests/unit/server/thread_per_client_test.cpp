#include "server/thread_per_client.hpp"

#include <atomic>
#include <filesystem>
#include <iterator>
#include <latch>
#include <semaphore>

#include "support/catch.hpp"
#include "support/eventually.hpp"

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
    sock::ThreadPerClient threads([] {});
    for (int i = 0; i < 8; ++i) {
      threads.start([&] {
        all_there.arrive_and_wait();  // would never pass with fewer threads
        ++done;
      });
    }
  }
  CHECK(done == 8);
}

TEST_CASE("after the last thread there is a call, and then all can be joined without waiting") {
  std::counting_semaphore<> calls(0);
  sock::ThreadPerClient threads([&] { calls.release(); });
  threads.start([] {});
  calls.acquire();
  threads.join_finished();
  const auto before = threads_of_this_process();  // with what a sanitizer starts of its own
  for (int i = 0; i < 500; ++i) {
    threads.start([] {});
    if (i % 100 == 99) threads.join_all();
  }
  threads.join_all();
  CHECK(threads_of_this_process() <= before);
}

TEST_CASE("threads that finish are not kept waiting by one that does not") {
  std::latch stay(1);
  std::latch finished(100);
  std::atomic<int> calls = 0;
  sock::ThreadPerClient threads([&] { ++calls; });
  threads.start([&] { stay.wait(); });
  for (int i = 0; i < 100; ++i) threads.start([&] { finished.count_down(); });
  finished.wait();
  CHECK(eventually([&] { return calls > 0; }));
  CHECK(eventually([&] {
    threads.join_finished();
    return threads_of_this_process() <= 4;
  }));
  stay.count_down();
}
