#include <set>
#include <string>
#include <vector>

#include "sock/service.hpp"
#include "support/catch.hpp"

TEST_CASE("every service has a name of its own, a summary and a maker") {
  std::set<std::string_view> names;
  for (const auto& row : sock::services()) {
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.summary.empty());
    CHECK(row.make({}) != nullptr);
    CHECK(row.make({})->takes_datagrams() == row.takes_datagrams);
    CHECK(sock::find_service(row.name) == &row);
  }
  CHECK(sock::find_service("hello") == nullptr);
}

TEST_CASE("a client that is turned away reads a line, or nothing where every byte counts") {
  for (const auto& row : sock::services()) {
    const auto notice = row.make({})->notice("* full");
    CHECK(notice == (row.name == "echo" ? "" : "* full\n"));
  }
  CHECK(sock::find_service("quit")->make({.framing = sock::Framing::chunk})->notice("* full") ==
        "* full");
}
