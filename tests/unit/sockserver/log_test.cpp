#include "log.hpp"

#include <string>

#include "file.hpp"
#include "support/catch.hpp"

using namespace sockserver;
using namespace std::chrono_literals;

namespace {

const sock::Client client{7, {"::1", 41856}};

// What a log that tells all says of what `happens` in it.
template <typename Happens>
std::string told(LogStyle style, Happens happens) {
  const File file;
  sock::ServerOptions server;
  server.max_connections = 1;
  Log log({.style = style, .verbosity = 3}, server, file.fd);
  happens(log);
  std::string text = file.text();
  REQUIRE(text.ends_with('\n'));
  text.pop_back();
  return text;
}

// Each event has its words and its fields.
template <typename Happens>
void check(const std::string& words, const std::string& fields, Happens happens) {
  CHECK(told(LogStyle::text, happens) == words);
  const std::string begin = R"({"time":"2000-02-28T23:59:59.007Z","event":)";
  const std::string object = told(LogStyle::json, happens);
  CHECK(object.substr(begin.size()) == fields + "}");
  CHECK(object.substr(0, 9) == begin.substr(0, 9));
}

const std::string who = R"("conn":7,"peer":"[::1]:41856")";

}  // namespace

TEST_CASE("each event of a client has its words and its fields") {
  const sock::Message message{"hola", {}};
  check("#7 connected from [::1]:41856", R"("connected",)" + who,
        [](Log& log) { log.connected(client); });
  check(R"(#7 read 5 bytes: "hola\x0a")", R"("read",)" + who + R"(,"bytes":5,"text":"hola\n")",
        [](Log& log) { log.read(client, "hola\n"); });
  check(R"(#7 wrote 1 byte: "h")", R"("wrote",)" + who + R"(,"bytes":1,"text":"h")",
        [](Log& log) { log.wrote(client, "h"); });
  check(R"(#7 received "hola")", R"("received",)" + who + R"(,"bytes":4,"text":"hola")",
        [&message](Log& log) { log.received(client, message); });
  check(R"(#7 answered "pues hola")", R"("answered",)" + who + R"(,"bytes":9,"text":"pues hola")",
        [](Log& log) { log.answered(client, "pues hola"); });
}

TEST_CASE("each end of a client has its words and its field") {
  const auto check_end = [](sock::End why, const std::string& words, const std::string& field) {
    const sock::Closing closing{why, 9, 5, 4100ms};
    check("#7 " + words + ": 9 bytes in, 5 bytes out, 4.1 s",
          R"("closed",)" + who + R"(,"why":")" + field +
              R"(","bytes_in":9,"bytes_out":5,"duration_ms":4100)",
          [&closing](Log& log) { log.closed(client, closing); });
  };
  check_end(sock::End::peer_closed, "closed by client", "client");
  check_end(sock::End::lost, "connection lost", "lost");
  check_end(sock::End::idle, "idle", "idle");
  check_end(sock::End::too_slow, "too slow", "too_slow");
  check_end(sock::End::stopped, "stopped", "stopped");
  check_end(sock::End::by_server, "closed by server", "server");
}

TEST_CASE("what the system says of TCP has its words and its fields") {
  using What = sock::TcpChange::What;
  const auto check_change = [](const sock::TcpChange& change, const std::string& words,
                               const std::string& fields) {
    check("#7 " + words, R"("tcp",)" + who + R"(,"what":)" + fields,
          [&change](Log& log) { log.tcp_changed(client, change); });
  };
  sock::TcpChange change{.now = {.state = sock::TcpState::close_wait,
                                 .segments = 3,
                                 .window = 0,
                                 .rtt = 41us,
                                 .least_rtt = 21us},
                         .why = sock::TcpCause::peer_fin,
                         .time_wait = sock::TimeWait::peer,
                         .writes = 5};
  check_change(change, "state ESTABLISHED -> CLOSE_WAIT: the peer has sent its FIN",
               R"("state","before":"ESTABLISHED","state":"CLOSE_WAIT","why":"peer_fin")");
  change.what = What::segments;
  check_change(change, "5 writes so far, 3 segments",
               R"("segments","writes":5,"segments":3,"retransmitted":0)");
  change.what = What::window_full;
  check_change(change, "the peer's window is full: it does not read",
               R"("window_full","window":0)");
  change.what = What::rtt;
  check_change(change, "rtt 41 us", R"("rtt","rtt_us":41)");
  change.what = What::end;
  check_change(change,
               "5 writes, 3 segments, 0 retransmitted, least rtt 21 us; "
               "the peer has closed first: it stays in TIME_WAIT",
               R"("end","writes":5,"segments":3,"retransmitted":0,"least_rtt_us":21,)"
               R"("time_wait":"peer")");
  change.what = What::window_open;
  change.now.window = 1;
  check_change(change, "the peer's window is open again: 1 byte", R"("window_open","window":1)");
}

TEST_CASE("what the system does not tell is left out") {
  sock::TcpChange change{.what = sock::TcpChange::What::end, .writes = 1};
  check(
      "#7 1 write, 0 retransmitted; which side has closed first, and stays in TIME_WAIT, was not "
      "seen",
      R"("tcp",)" + who + R"(,"what":"end","writes":1,"retransmitted":0,"time_wait":"unknown")",
      [&change](Log& log) { log.tcp_changed(client, change); });
}

TEST_CASE("each event of the server has its words and its fields") {
  const sock::Totals totals{
      .served = 12, .refused = 1, .bytes_in = 3'400'000, .bytes_out = 1, .active = 3, .peak = 4};
  const std::string sums =
      R"("totals","active":3,"served":12,"refused":1,"bytes_in":3400000,"bytes_out":1,"peak":4,)"
      R"("datagrams_in":0,"datagrams_out":0)";
  check("refused [::1]:41856: 1 connection already",
        R"("refused","clients":1,"why":"full","peer":"[::1]:41856")",
        [](Log& log) { log.refused(client.address, sock::Refusal::full); });
  check("cannot accept connections: Too many open files; trying again",
        R"("cannot_accept","error":"Too many open files")",
        [](Log& log) { log.cannot_accept(std::make_error_code(std::errc::too_many_files_open)); });
  check("the system allows 50 open files: 1 connections are too many, some will have to wait",
        R"("limited","open_files":50,"max_conns":1)", [](Log& log) { log.limited(50); });
  check("stopping (SIGTERM), 2 connections, up to 5 s",
        R"("stopping","signal":"SIGTERM","connections":2,"grace_ms":5000)",
        [](Log& log) { log.stopping("SIGTERM", 2); });
  check("cutting what is left (SIGINT)", R"("cutting","signal":"SIGINT")",
        [](Log& log) { log.cutting("SIGINT"); });
  check("served 12 connections (1 refused), 3.4 MB in, 1 byte out, peak 4", sums,
        [&](Log& log) { log.totals(totals); });
  check("serving 3 connections, served 12 (1 refused), 3.4 MB in, 1 byte out, peak 4", sums,
        [&](Log& log) { log.totals_so_far(totals); });
}

TEST_CASE("clients of a flood that had no line are told of together") {
  const std::string text = told(LogStyle::text, [](Log& log) {
    for (int i = 0; i < 12; ++i) log.refused(client.address, sock::Refusal::no_resources);
    log.cutting("SIGINT");
    log.totals({});
  });
  CHECK(text.find("refused 2 more clients: the system gives no more threads, descriptors or "
                  "memory\nserved") != std::string::npos);
}

TEST_CASE("what is lost is told, as words and as an object") {
  for (const LogStyle style : {LogStyle::text, LogStyle::json}) {
    const std::string text = told(style, [](Log& log) {
      {
        const FileSizeLimit none(0);
        log.cutting("SIGINT");
      }
      log.cutting("SIGINT");
    });
    const std::string line = text.substr(0, text.find('\n'));
    CHECK(line.ends_with(style == LogStyle::text ? "1 log line lost"
                                                 : R"("event":"lost","lines":1})"));
  }
}

TEST_CASE("a peer at a UNIX socket is a process and a user, in fields of their own") {
  const sock::Client local{7, {"", 0, sock::Transport::local, 4711, 1000}};
  const std::string fields = R"("conn":7,"peer":"unix","pid":4711,"uid":1000)";
  check("#7 connected from unix (pid 4711, uid 1000)", R"("connected",)" + fields,
        [&](Log& log) { log.connected(local); });
  check("refused unix (pid 4711, uid 1000): 1 connection already",
        R"("refused","clients":1,"why":"full","peer":"unix","pid":4711,"uid":1000)",
        [&](Log& log) { log.refused(local.address, sock::Refusal::full); });
  const sock::Client named{8, {"/a\n/b", 0, sock::Transport::local, 0, 0}};
  check(R"(#8 connected from unix:/a\x0a/b (uid 0))",
        R"("connected","conn":8,"peer":"unix:/a\n/b","uid":0)",
        [&](Log& log) { log.connected(named); });
}

TEST_CASE("senders of datagrams are told of as such, and only to those who want every message") {
  const sock::Client sender{7, {"::1", 5000, sock::Transport::udp}};
  const std::string fields = R"("conn":7,"peer":"[::1]:5000","transport":"udp")";
  check("#7 first datagram from udp [::1]:5000", R"("connected",)" + fields,
        [&](Log& log) { log.connected(sender); });
  const File file;
  Log log({}, {}, file.fd);
  log.connected(sender);
  log.active(sender);
  log.closed(sender, {sock::End::idle, 5, 5, 1ms});
  CHECK(file.text().empty());
}
