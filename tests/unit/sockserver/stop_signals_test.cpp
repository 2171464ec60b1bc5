#include "stop_signals.hpp"

#include "support/catch.hpp"

using namespace sockserver;
using namespace std::chrono_literals;

using Meaning = StopSignals::Meaning;

TEST_CASE("the first signal stops, a later one cuts") {
  const StopSignals::Time start{1h};
  StopSignals signals;
  CHECK(signals.take(start) == Meaning::stop);
  CHECK(signals.take(start + 200ms) == Meaning::cut);
  CHECK(signals.take(start + 201ms) == Meaning::cut);
}

TEST_CASE("signals that come together are one") {
  const StopSignals::Time start{1h};
  StopSignals signals;
  CHECK(signals.take(start) == Meaning::stop);
  CHECK(signals.take(start) == Meaning::nothing);
  CHECK(signals.take(start + 199ms) == Meaning::nothing);
  CHECK(signals.take(start + 1s) == Meaning::cut);
}
