#include "sockclient/inbox.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"
#include "support/cuts.hpp"

using namespace sockclient;

namespace {

using Texts = std::vector<std::string>;

Texts rest_of(Inbox& inbox) {
  Texts rest;
  inbox.empty([&](std::string_view came) { rest.emplace_back(came); });
  return rest;
}

}  // namespace

TEST_CASE("a message of a stream ends with its line, wherever the reads cut it") {
  for (const auto& reads : every_cut("one\r\ntwo\n\nthree")) {
    const auto inbox = Inbox::of_lines();
    for (const auto read : reads) inbox->add(read);
    CHECK(inbox->next() == "one");
    CHECK(inbox->next() == "two");
    CHECK(inbox->next() == "");
    CHECK_FALSE(inbox->next().has_value());
    CHECK(inbox->has_part());
    CHECK(inbox->part() == "three");
    CHECK_FALSE(inbox->part().has_value());
  }
}

TEST_CASE("what nobody asked for of a stream is handed over as it came, in one") {
  const auto inbox = Inbox::of_lines();
  CHECK(rest_of(*inbox).empty());
  inbox->add("a\r");
  inbox->add("\nb\n");
  CHECK(rest_of(*inbox) == Texts{"a\r\nb\n"});
  inbox->add("c\n");
  CHECK(inbox->next() == "c");
}

TEST_CASE("each datagram is a message, whatever is in it") {
  const auto inbox = Inbox::of_datagrams();
  for (const std::string_view text : {"a", "", "b\nc\r\n", "\n", "d\n", "e"}) inbox->add(text);
  CHECK(inbox->next() == "a");
  CHECK(inbox->next() == "");
  CHECK(inbox->next() == "b\nc");
  CHECK(inbox->next() == "");
  CHECK_FALSE(inbox->has_part());
  CHECK(rest_of(*inbox) == Texts{"d\n", "e"});
  CHECK_FALSE(inbox->next().has_value());
  CHECK_FALSE(inbox->part().has_value());
}
