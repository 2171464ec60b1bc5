#include "log_event.hpp"

#include <stdlib.h>
#include <time.h>

#include <string>

#include "support/catch.hpp"

using namespace sockserver;

namespace {

const LogEvent::Time moment{std::chrono::milliseconds(951'782'399'007)};
const sock::Client client{7, {"::1", 41856}};

template <typename Fill>
std::string line_of(LogForm form, Fill fill) {
  LogLine line;
  LogEvent event(line, form, "sneezed", moment);
  fill(event);
  event.end();
  return std::string(line.text());
}

void sneeze(LogEvent& event) {
  event.about(client).words("sneezed {} times", 3).field("times", 3).field("how", "a\tb");
}

}  // namespace

TEST_CASE("an event is told in words or in fields") {
  CHECK(line_of({LogStyle::text}, sneeze) == "#7 sneezed 3 times");
  CHECK(line_of({LogStyle::json}, sneeze) ==
        R"({"time":"2000-02-28T23:59:59.007Z","event":"sneezed","conn":7,"peer":"[::1]:41856",)"
        R"("times":3,"how":"a\tb"})");
}

TEST_CASE("the time of day, of this place, precedes the words where it was asked for") {
  REQUIRE(::setenv("TZ", "UTC-2", 1) == 0);  // two hours east
  ::tzset();
  CHECK(line_of({LogStyle::text, true}, sneeze) == "01:59:59 #7 sneezed 3 times");
}

TEST_CASE("a peer's text is quoted, or has its size beside it") {
  const auto say = [](LogEvent& event) { event.words("said ").text("h\xff\n"); };
  CHECK(line_of({LogStyle::text}, say) == R"(said "h\xff\x0a")");
  CHECK(line_of({LogStyle::json}, say).ends_with(R"(,"bytes":3,"text":"h\ufffd\n"})"));
  const auto say_much = [](LogEvent& event) { event.text(std::string(201, 'x')); };
  CHECK(line_of({LogStyle::text}, say_much) == '"' + std::string(200, 'x') + R"("... (201 bytes))");
  CHECK(line_of({LogStyle::json}, say_much)
            .ends_with(R"(,"bytes":201,"text":")" + std::string(200, 'x') + R"(","cut":true})"));
}

TEST_CASE("a list is an array of strings") {
  const auto list = [](LogEvent& event) { event.field("all", std::vector<std::string>{"a", "b"}); };
  CHECK(line_of({LogStyle::json}, list).ends_with(R"(,"all":["a","b"]})"));
}

TEST_CASE("the longest line is whole") {
  const auto say = [](LogEvent& event) { event.about(client).text(std::string(100'000, '\0')); };
  const std::string line = line_of({LogStyle::json}, say);
  CHECK(line.size() < LogLine::longest);
  CHECK(line.ends_with(",\"cut\":true}"));
}
