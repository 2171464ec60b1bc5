#include "limits.hpp"

#include "support/catch.hpp"

using namespace sockserver;

namespace {

DoorOptions door(const char* text) { return parse_door(text); }

}  // namespace

TEST_CASE("each door takes descriptors, and a room two for each client on a thread") {
  Options options;
  options.server.max_connections = 1000;
  options.doors = {door("1=echo")};
  const auto one = descriptors_needed(options);
  options.doors.push_back(door("2=echo"));
  CHECK(descriptors_needed(options) == one + 2);  // IPv4 and IPv6
  options.doors.push_back(door("unix:/x=echo"));
  CHECK(descriptors_needed(options) == one + 3);
  options.doors.push_back(door("unix:/y=chat"));
  CHECK(descriptors_needed(options) == one + 4 + 1000 + 64);
  options.server.mode = sock::Mode::async;
  CHECK(descriptors_needed(options) == one + 4);
}
