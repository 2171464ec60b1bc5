#include "core/token_bucket.hpp"

#include <chrono>
#include <cstddef>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using sock::TokenBucket;

namespace {
const sock::Clock::time_point begin{1h};
}

TEST_CASE("token bucket: four seconds' worth at once, then so much a second") {
  TokenBucket bucket(1000, begin);
  CHECK(bucket.available(begin) == 4000);
  bucket.take(4000);
  CHECK(bucket.available(begin) == 0);
  CHECK(bucket.available(begin + 1s) == 1000);
  bucket.take(600);
  CHECK(bucket.available(begin + 1s) == 400);
  CHECK(bucket.available(begin + 1h) == 4000);
}

TEST_CASE("token bucket: little is not worth a read; when it says so, there is enough") {
  for (const std::size_t rate : {1U, 7U, 63U, 64U, 1000U, 65'536U, 1'000'000'007U}) {
    TokenBucket bucket(rate, begin);
    auto now = begin;
    bucket.take(bucket.available(now));
    std::size_t taken = 0;
    for (int i = 0; i < 1000; ++i) {
      REQUIRE(bucket.available(now) == 0);
      const auto next = bucket.next_time();
      REQUIRE(next > now);
      now = next;
      std::size_t bytes = bucket.available(now);
      for (int again = 0; bytes == 0 && again < 3; ++again) {  // a rounding
        now = bucket.next_time();
        bytes = bucket.available(now);
      }
      REQUIRE(bytes > 0);
      REQUIRE(bytes >= rate / 64);
      bucket.take(bytes);
      taken += bytes;
    }
    const double seconds = std::chrono::duration<double>(now - begin).count();
    CHECK(static_cast<double>(taken) <= seconds * static_cast<double>(rate) + 1);
  }
}
