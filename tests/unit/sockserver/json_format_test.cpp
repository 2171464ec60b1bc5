#include "json_format.hpp"

#include <string>

#include "support/catch.hpp"

using namespace sockserver;
using namespace std::chrono_literals;

namespace {

const sock::Client client{7, {"::1", 41856}};
const LogFormat::Time moment{std::chrono::milliseconds(951'782'399'007)};

template <typename Event, typename... Arguments>
std::string line_of(Event event, const Arguments&... arguments) {
  const sock::ServerOptions options;
  const JsonFormat format(options);
  LogLine line;
  format.begin(line, moment);
  (format.*event)(line, arguments...);
  format.end(line);
  return std::string(line.text());
}

std::string object(const std::string& rest) {
  return R"({"time":"2000-02-28T23:59:59.007Z","event":)" + rest + "}";
}

}  // namespace

TEST_CASE("each event has its JSON object") {
  const sock::Totals totals{12, 1, 3'400'000, 1, 3, 4};
  const std::string who = R"("conn":7,"peer":"[::1]:41856")";
  CHECK(line_of(&LogFormat::connected, client) == object(R"("connected",)" + who));
  CHECK(line_of(&LogFormat::read, client, "hola\n") ==
        object(R"("read",)" + who + R"(,"bytes":5,"text":"hola\n")"));
  CHECK(line_of(&LogFormat::wrote, client, "h") ==
        object(R"("wrote",)" + who + R"(,"bytes":1,"text":"h")"));
  CHECK(line_of(&LogFormat::received, client, "hola") ==
        object(R"("received",)" + who + R"(,"bytes":4,"text":"hola")"));
  CHECK(line_of(&LogFormat::answered, client, std::string(201, 'x')) ==
        object(R"("answered",)" + who + R"(,"bytes":201,"text":")" + std::string(200, 'x') +
               R"(","cut":true)"));
  CHECK(line_of(&LogFormat::closed, client, sock::Closing{sock::End::too_slow, 9, 5, 4100ms}) ==
        object(R"("closed",)" + who +
               R"(,"why":"too_slow","bytes_in":9,"bytes_out":5,"duration_ms":4100)"));
  CHECK(line_of(&LogFormat::refused, client.address, sock::Refusal::full) ==
        object(R"("refused","clients":1,"why":"full","peer":"[::1]:41856")"));
  CHECK(line_of(&LogFormat::refused_more, 1234U, sock::Refusal::no_resources) ==
        object(R"("refused","clients":1234,"why":"no_resources")"));
  CHECK(line_of(&LogFormat::cannot_accept, std::make_error_code(std::errc::too_many_files_open)) ==
        object(R"("cannot_accept","error":"Too many open files")"));
  CHECK(line_of(&LogFormat::stopping, "SIGTERM", 2U) ==
        object(R"("stopping","signal":"SIGTERM","connections":2,"grace_ms":5000)"));
  CHECK(line_of(&LogFormat::cutting, "SIGINT") == object(R"("cutting","signal":"SIGINT")"));
  for (const auto& event : {&LogFormat::totals, &LogFormat::totals_so_far}) {
    CHECK(line_of(event, totals) ==
          object(R"("totals","active":3,"served":12,"refused":1,"bytes_in":3400000,)"
                 R"("bytes_out":1,"peak":4)"));
  }
  CHECK(line_of(&LogFormat::lost, 12U) == object(R"("lost","lines":12)"));
  CHECK(JsonFormat::listening(moment, 9999, {"127.0.0.1", "::1"}, "quit", "threads") ==
        object(R"("listening","port":9999,"addresses":["127.0.0.1","::1"],)"
               R"("protocol":"quit","mode":"threads")") +
            "\n");
}

TEST_CASE("the longest line is whole") {
  const std::string all = line_of(&LogFormat::read, client, std::string(100'000, '\0'));
  CHECK(all.size() < LogLine::longest);
  CHECK(all.ends_with(",\"cut\":true}"));
}
