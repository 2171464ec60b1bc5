// A room in which much is said at once: whoever reads stays, and hears all of it.

#include <cstddef>
#include <string>
#include <vector>

#include "sock/server.hpp"
#include "support/catch.hpp"
#include "support/crowd.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"

namespace {

std::string times(std::size_t count, const std::string& line) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += line;
  return text;
}

bool have_heard(const Crowd& crowd, const std::vector<std::size_t>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    // Of the longest of the names: counting is expensive.
    if (crowd.all[i].heard.size() < lines[i] * 10 || crowd.all[i].lines() < lines[i]) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("sixteen members that each say 16 KiB of short lines at once drive nobody out") {
  RunningServer running("chat", GENERATE(from_range(side_by_side)));
  constexpr std::size_t readers = 10;
  constexpr std::size_t talkers = 16;
  constexpr std::size_t lines = 8192;
  Crowd crowd;
  REQUIRE(crowd.enter_chat(running, readers + talkers));
  std::vector<std::size_t> expected(readers, talkers * lines);
  for (std::size_t i = readers; i < readers + talkers; ++i) {
    crowd.all[i].says = times(lines, "a\n");
    expected.push_back((talkers - 1) * lines);
  }
  CHECK(crowd.run([&] { return have_heard(crowd, expected); }));
  CHECK(running.recorder.closings().empty());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(crowd.all[i].lines() == expected[i]);
}

TEST_CASE("one who talks without any limit drives nobody out that reads, on whichever loop") {
  auto options = GENERATE(from_range(side_by_side));
  if (options.loops > 1) options.loops = 2;
  INFO(name_of(options.mode) << ", loops " << options.loops);
  RunningServer running("chat", options, {.max_queue = 128 * 1024, .rate = 0});
  constexpr std::size_t lines = 100'000;
  Crowd crowd;
  REQUIRE(crowd.enter_chat(running, 4));
  crowd.all.front().says = times(lines, "hello everybody\n");
  CHECK(crowd.run([&] { return have_heard(crowd, {0, lines, lines, lines}); }));
  for (const auto& closing : running.recorder.closings()) {
    FAIL_CHECK("ended: " << static_cast<int>(closing.why) << " after " << closing.bytes_in
                         << " bytes in, " << closing.bytes_out << " out");
  }
  for (std::size_t i = 1; i < 4; ++i) CHECK(crowd.all[i].lines() == lines);
}
