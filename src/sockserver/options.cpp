#include "options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "complete_options.hpp"
#include "declare_doors.hpp"
#include "program/fault_option.hpp"
#include "program/parse.hpp"
#include "program/tcp_topic.hpp"
#include "program/validators.hpp"
#include "program/values.hpp"
#include "tls_options.hpp"

namespace sockserver {
namespace {

using program::duration;
using program::number;
using program::one_of;
using program::size;

constexpr auto description =
    R"(An echo server for TCP, and the small protocols that teach sockets.

Usage: sockserver [options]

  sockserver                               echo until "quit", port 9999, local
  sockserver --protocol chat --public      a chat room; join with: nc HOST 9999
  sockserver --protocol echo --mode async  every byte back, to thousands
)";

constexpr std::array<std::string_view, 3> modes{"blocking", "threads", "async"};

void declare_what_it_does(CLI::App& app, Options& options) {
  app.option_defaults()->group("What it does");
  std::vector<std::string_view> services;
  for (const auto& row : sock::services()) services.push_back(row.name);
  const auto choose = [&options](std::size_t place) { options.service = &sock::services()[place]; };
  app.add_option_function<std::size_t>("-P,--protocol", choose)
      ->transform(one_of(services))
      ->default_str("quit");
  app.add_option("--mode", options.server.mode,
                 "\nOn which thread a connected client is served. `blocking`: on the accepting "
                 "one, the next client waits until this one has ended. `threads`: on one of its "
                 "own. `async`: on event loops, for tens of thousands of clients.")
      ->transform(one_of({modes.begin(), modes.end()}))
      ->default_str("threads");
  app.add_option("--framing", options.messages.framing,
                 "what a message is\n"
                 "`line`: what ends with LF or CR LF. `chunk`: what one read delivers. `auto`: as "
                 "`chunk` until the client has sent its first line end, and as `line` from then "
                 "on. Not with `echo`, which has no messages.")
      ->transform(one_of({"auto", "line", "chunk"}))
      ->default_str("auto");
  app.add_option("--max-messages", options.messages.max_messages,
                 "close a connection after N messages\nNot with `echo`.")
      ->transform(number(1))
      ->default_str("no limit");
  app.add_option("--banner", options.messages.banner, "say this to every client first");
  app.add_flag("--once", options.server.once,
               "serve one client, then exit\nThe status is 0, however that client ended.");
}

// "localhost:9999" and "[::1]:9999" are neither names nor addresses of a host.
std::string find_port(const std::string& host) {
  const auto colon = host.rfind(':');
  const bool is_name = std::count(host.begin(), host.end(), ':') == 1;
  if (!is_name && host.find("]:") == host.npos) return {};
  return fmt::format("\"{}\" has a port in it (use --host {} --port {})", host,
                     host.substr(0, colon), host.substr(colon + 1));
}

void declare_where_it_listens(CLI::App& app, Options& options) {
  auto& server = options.server;
  app.option_defaults()->group("Where it listens");
  app.add_option("-p,--port", server.port,
                 "0 takes any free port\n"
                 "The first line of output tells which. The name of a service (`http`) will do.")
      ->transform(program::port())
      ->default_str("9999");
  server.hosts.clear();  // until all hosts are read
  const auto add = [&server](const std::string& host) { server.hosts.push_back(host); };
  auto* host = app.add_option_function<std::string>(
      "--host", add,
      "listen here (may be given again)\n"
      "An address or a name; `localhost` is 127.0.0.1 and ::1.");
  host->check(find_port)->trigger_on_parse()->type_name("ADDRESS")->default_str("localhost");
  app.add_flag_callback(
         "--public", [&server] { server.hosts = {"*"}; },
         "listen on all addresses of this machine\n"
         "A container needs it. Not with --host.")
      ->excludes(host);
  const auto only = [&server](sock::Family family) {
    return [&server, family] { server.family = family; };
  };
  auto* ipv4 = app.add_flag_callback("-4", only(sock::Family::ipv4), "only IPv4\nNot with -6.");
  app.add_flag_callback("-6", only(sock::Family::ipv6), "only IPv6\nNot with -4.")->excludes(ipv4);
  declare_doors(app, options.doors);
  app.add_option("--backlog", server.backlog,
                 "connections waiting to be accepted\nWithout it, as many as the system allows.")
      ->transform(number(1, std::numeric_limits<int>::max()));
}

void declare_limits(CLI::App& app, Options& options) {
  auto& server = options.server;
  auto& messages = options.messages;
  app.option_defaults()->group("Limits");
  app.add_option("-m,--max-conns", server.max_connections,
                 "clients at once; more are told no\nThey are closed then.")
      ->transform(number(1))
      ->default_str("1000; async 10000");
  app.add_option_function("-i,--idle-timeout", program::into(server.idle_timeout),
                          "end a connection silent for T (0: never)")
      ->transform(duration())
      ->default_str("0");
  app.add_option("--max-message", messages.max_message, "bytes in one message\nNot with `echo`.")
      ->transform(size().description("N"))
      ->default_str("64K; chat 4K");
  app.add_option_function("--grace", program::into(server.grace),
                          "time to finish when stopped\n"
                          "Clients have it to take what is owed to them.")
      ->transform(duration())
      ->default_str("5s");
  app.add_option("--history", messages.history,
                 "chat: earlier messages shown on joining\nNot with another protocol.")
      ->transform(number())
      ->default_str("20");
  app.add_option(
         "--max-queue", messages.max_queue,
         "chat: lines kept for those who read slowly\n"
         "How much of what is said is kept; a client that took nothing of so much is ended. "
         "Not with another protocol.")
      ->transform(size())
      ->default_str("1M");
  app.add_option("--rate", messages.rate,
                 "chat: bytes a second one client may say\n"
                 "And four times as many at once after a pause; what is more is not read until its "
                 "time has come. 0: no limit. Not with another protocol.")
      ->transform(size(0))
      ->default_str("64K");
  app.add_option("--loops", server.loops, "event loops of async\nNot with another mode.")
      ->transform(number(1, 1024))
      ->default_str("1");
}

void declare_what_it_tells(CLI::App& app, LogOptions& log) {
  app.option_defaults()->group("What it tells");
  auto* verbose = app.add_flag_callback(
      "-v,--verbose", [&log] { ++log.verbosity; },
      "each message; twice: reads, writes; thrice: --help=tcp\n"
      "What the system says of each TCP connection, when it changes; see TCP.");
  verbose->trigger_on_parse();
  app.add_flag_callback(
         "-q,--quiet", [&log] { log.verbosity = -1; },
         "only errors\n"
         "Also told are `cannot accept`, `log lines lost`, and the totals that "
         "`SIGUSR1` asks for. Not with -v.")
      ->excludes(verbose);
  app.add_flag("-x,--hex-dump", log.hex_dump,
               "all traffic in hexadecimal, both directions, on stderr\n"
               "Each row is the connection and `<` (received) or `>` (sent), the offset in that "
               "direction, up to 16 bytes, and their text; each read or write begins a new row. "
               "Not with `--log-format json`.");
  app.add_option("--log-format", log.style)
      ->transform(one_of({"text", "json"}))
      ->default_str("text");
}

// For users who know nc.
std::string hint(const std::string& argument) {
  if (program::parse_port(argument)) return "use --port " + argument;
  if (argument.starts_with("-l")) return "sockserver always listens";
  if (argument.starts_with("-U")) return "use --listen unix:PATH";
  if (argument.starts_with("-u")) return "use --listen udp:PORT";
  if (argument.starts_with("-k")) return "sockserver serves any number of clients";
  return {};
}

}  // namespace

std::string_view name_of(sock::Mode mode) { return modes.at(static_cast<std::size_t>(mode)); }

void declare(CLI::App& app, Options& options) {
  program::begin(app, "sockserver", description);
  declare_what_it_does(app, options);
  declare_where_it_listens(app, options);
  declare_limits(app, options);
  app.option_defaults()->group("Faults and encryption");
  program::declare_faults(app, options.faults);
  declare_tls(app, options);
  declare_what_it_tells(app, options.log);
  program::declare_tcp(app, options.server.nagle);
  program::end(app);
}

std::variant<Options, int> read_options(int argc, const char* const* argv,
                                        const HandOver& hand_over) {
  CLI::App app;
  Options options;
  declare(app, options);
  app.callback([&] {
    auto doors = hand_over ? hand_over() : std::vector<DoorOptions>();
    doors.insert(doors.end(), options.doors.begin(), options.doors.end());
    options.doors = std::move(doors);
    complete(app, options);
  });
  if (const auto status = program::parse(app, argc, argv, hint)) return *status;
  return options;
}

}  // namespace sockserver
