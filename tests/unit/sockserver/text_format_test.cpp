#include "text_format.hpp"

#include <stdlib.h>
#include <time.h>

#include <string>

#include "support/catch.hpp"

using namespace sockserver;
using namespace std::chrono_literals;

namespace {

const sock::Client client{7, {"127.0.0.1", 41856}};

template <typename Event, typename... Arguments>
std::string line_of(Event event, const Arguments&... arguments) {
  sock::ServerOptions options;
  options.max_connections = 1;
  const TextFormat format(options, false);
  LogLine line;
  format.begin(line, {});
  (format.*event)(line, arguments...);
  format.end(line);
  return std::string(line.text());
}

}  // namespace

TEST_CASE("each event has its line of text") {
  const sock::Totals totals{
      .served = 12, .refused = 1, .bytes_in = 3'400'000, .bytes_out = 1, .active = 3, .peak = 4};
  CHECK(line_of(&LogFormat::connected, client) == "#7 connected from 127.0.0.1:41856");
  CHECK(line_of(&LogFormat::read, client, "hola\n") == "#7 read 5 bytes: \"hola\\x0a\"");
  CHECK(line_of(&LogFormat::wrote, client, "h") == "#7 wrote 1 byte: \"h\"");
  CHECK(line_of(&LogFormat::received, client, "hola") == "#7 received \"hola\"");
  CHECK(line_of(&LogFormat::answered, client, "pues hola") == "#7 answered \"pues hola\"");
  CHECK(line_of(&LogFormat::closed, client, sock::Closing{sock::End::by_server, 9, 5, 4100ms}) ==
        "#7 closed by server: 9 bytes in, 5 bytes out, 4.1 s");
  CHECK(line_of(&LogFormat::refused, client.address, sock::Refusal::full) ==
        "refused 127.0.0.1:41856: 1 connection already");
  CHECK(line_of(&LogFormat::refused_more, 1234U, sock::Refusal::no_resources) ==
        "refused 1234 more clients: the system gives no more threads, descriptors or memory");
  CHECK(line_of(&LogFormat::stopping, "SIGTERM", 2U) ==
        "stopping (SIGTERM), 2 connections, up to 5 s");
  CHECK(line_of(&LogFormat::cutting, "SIGINT") == "cutting what is left (SIGINT)");
  CHECK(line_of(&LogFormat::totals, totals) ==
        "served 12 connections (1 refused), 3.4 MB in, 1 byte out, peak 4");
  CHECK(line_of(&LogFormat::totals_so_far, totals) ==
        "serving 3 connections, served 12 (1 refused), 3.4 MB in, 1 byte out, peak 4");
  CHECK(line_of(&LogFormat::lost, 12U) == "12 log lines lost");
}

TEST_CASE("the time of day, of this place, stands in front of a line") {
  REQUIRE(::setenv("TZ", "UTC-2", 1) == 0);  // two hours east
  ::tzset();
  LogLine line;
  TextFormat({}, true).begin(line, std::chrono::system_clock::time_point(7h + 8min + 9s));
  CHECK(line.text() == "09:08:09 ");
}
