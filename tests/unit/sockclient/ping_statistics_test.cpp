#include "sockclient/ping_statistics.hpp"

#include <cmath>

#include "support/catch.hpp"

using namespace sockclient;
using namespace std::chrono_literals;

TEST_CASE("least, greatest and mean of times are exact") {
  PingStatistics times;
  for (const auto time : {1'234'567ns, 41ns, 3'600'000'000'000ns}) times.add(time);
  CHECK(times.count() == 3);
  CHECK(times.least() == 41ns);
  CHECK(times.greatest() == 1h);
  CHECK(times.mean() == (1h + 1'234'608ns) / 3);
}

TEST_CASE("percentiles of one time are that time, and of few are some of them") {
  PingStatistics times;
  times.add(123'457ns);
  CHECK(times.percentile(0.5) == 123'457ns);
  CHECK(times.percentile(0.99) == 123'457ns);
  times.add(1s);
  CHECK(times.percentile(0.5) == 123'457ns);
  CHECK(times.percentile(0.99) == 1s);
  CHECK(times.percentile(0) == 123'457ns);
}

TEST_CASE("percentiles are as near as 1/256, from nothing to weeks") {
  for (const double scale : {1.0, 97.0, 65'536.0, 1e9, 3'600e9}) {
    PingStatistics times;
    constexpr int count = 1000;
    const auto time = [scale](int i) { return std::chrono::nanoseconds(std::llround(i * scale)); };
    for (int i = count; i >= 0; --i) times.add(time(i));  // in any order
    for (const double share : {0.1, 0.5, 0.9, 0.99}) {
      const auto exact = time(static_cast<int>(std::ceil(share * (count + 1))) - 1);
      const auto found = times.percentile(share);
      CHECK(std::abs(static_cast<double>((found - exact).count())) <=
            static_cast<double>(exact.count()) / 256 + 1);
    }
  }
}
