#include "options.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace sockserver;

namespace {

Options read(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "sockserver");
  const auto options = read_options(static_cast<int>(arguments.size()), arguments.data());
  REQUIRE(std::holds_alternative<Options>(options));
  return std::get<Options>(options);
}

}  // namespace

TEST_CASE("how many connections there may be is known to the log, too") {
  CHECK(read({}).server.max_connections == 1000);
  CHECK(read({"--mode", "async"}).server.max_connections == 10'000);
  CHECK(read({"--mode", "async", "-m", "7"}).server.max_connections == 7);
}

TEST_CASE("what the log tells is as talkative as asked for") {
  CHECK(read({}).log.verbosity == 0);
  CHECK(read({"-q"}).log.verbosity == -1);
  CHECK(read({"-vv"}).log.verbosity == 2);
  CHECK(read({}).log.style == LogStyle::text);
  CHECK(read({"--log-format", "json"}).log.style == LogStyle::json);
  CHECK(read({"-x"}).log.hex_dump);
}
