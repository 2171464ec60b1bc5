#include "options.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "program/command_line.hpp"
#include "program/values.hpp"

namespace sockserver {
namespace {

using program::CommandLine;
using program::WrongUsage;

// What the command line said, before it is known whether it makes sense together.
struct Given {
  Options options;
  std::optional<sock::Framing> framing;
  std::optional<std::size_t> max_message;
  std::optional<std::size_t> max_messages;
  std::optional<std::size_t> history;
  std::optional<std::size_t> max_queue;
  std::optional<std::size_t> rate;
  std::optional<std::size_t> max_connections;
  std::optional<std::size_t> loops;
  std::optional<std::size_t> backlog;
  std::vector<std::string> hosts;
  bool everywhere = false;
  bool only_ipv4 = false;
  bool only_ipv6 = false;
  int verbose = 0;
  bool quiet = false;
};

std::vector<std::pair<std::string, const sock::ServiceRow*>> service_names() {
  std::vector<std::pair<std::string, const sock::ServiceRow*>> names;
  for (const auto& row : sock::services()) names.emplace_back(row.name, &row);
  return names;
}

std::vector<std::pair<std::string, sock::Mode>> mode_names() {
  return {{"blocking", sock::Mode::blocking},
          {"threads", sock::Mode::threads},
          {"async", sock::Mode::async}};
}

std::string service_list() {
  std::string list;
  for (const auto& row : sock::services()) list.append(list.empty() ? "" : " | ").append(row.name);
  return list;
}

program::About about() {
  return {.name = "sockserver",
          .sentence = "An echo server for TCP, and the small protocols that teach sockets.",
          .usage = "[options]",
          .examples = {
              {"sockserver", "echo until \"quit\", port 9999, local"},
              {"sockserver --protocol chat --public", "a chat room; join with: nc HOST 9999"},
              {"sockserver --protocol echo --mode async", "every byte back, to thousands"},
          }};
}

void declare(CommandLine& line, Given& given) {
  auto& server = given.options.server;
  line.group("What it does");
  line.choice("-P,--protocol", given.options.service, {"NAME", service_list(), "quit"},
              service_names());
  line.choice("--mode", server.mode, {"NAME", "blocking | threads | async", "threads"},
              mode_names());
  line.choice<std::optional<sock::Framing>>(
      "--framing", given.framing, {"NAME", "what a message is: auto | line | chunk", "auto"},
      {{"auto", sock::Framing::automatic},
       {"line", sock::Framing::line},
       {"chunk", sock::Framing::chunk}});
  line.number("--max-messages", given.max_messages,
              {"N", "close a connection after N messages", "no limit"}, 1);
  line.text("--banner", given.options.messages.banner, {"TEXT", "say this to every client first"});
  line.flag("--once", server.once, {"", "serve one client, then exit"});

  line.group("Where it listens");
  line.port("-p,--port", server.port, {"PORT", "0 takes any free port", "9999"});
  line.texts("--host", given.hosts, {"ADDRESS", "listen here (may be given again)", "localhost"});
  line.flag("--public", given.everywhere, {"", "listen on all addresses of this machine"});
  line.flag("-4", given.only_ipv4, {});
  line.flag("-6", given.only_ipv6, {"", "only IPv4, only IPv6"});
  line.number("--backlog", given.backlog, {"N", "connections waiting to be accepted"}, 1,
              std::numeric_limits<int>::max());

  line.group("Limits");
  line.number("-m,--max-conns", given.max_connections,
              {"N", "clients at once; more are told no", "1000; async 10000"}, 1);
  line.duration("-i,--idle-timeout", server.idle_timeout,
                {"T", "end a connection silent for T (0: never)", "0"});
  line.size("--max-message", given.max_message, {"N", "bytes in one message", "64K; chat 4K"});
  line.duration("--grace", server.grace, {"T", "time to finish when stopped", "5s"});
  line.number("--history", given.history, {"N", "chat: earlier messages shown on joining", "20"});
  line.size("--max-queue", given.max_queue,
            {"SIZE", "chat: lines kept for those who read slowly", "1M"});
  line.option("--rate", {"SIZE", "chat: bytes a second one client may say", "64K"},
              [&given](const std::string& value) {
                given.rate = program::parse_size(value);
                if (!given.rate) throw WrongUsage("\"" + value + "\" is not a size");
              });
  line.number("--loops", given.loops, {"N", "event loops of async", "1"}, 1, 1024);

  line.group("What it tells");
  line.count("-v,--verbose", given.verbose, {"", "every message; twice: every read and write"});
  line.flag("-q,--quiet", given.quiet, {"", "only errors"});
  line.flag("-x,--hex-dump", given.options.log.hex_dump,
            {"", "all traffic in hexadecimal, both directions, on stderr"});
  line.choice<LogStyle>("--log-format", given.options.log.style, {"NAME", "text | json", "text"},
                        {{"text", LogStyle::text}, {"json", LogStyle::json}});
}

// "localhost:9999" and "[::1]:9999" are neither names nor addresses.
void check_host(const std::string& host) {
  const auto colon = host.rfind(':');
  const bool is_name = std::count(host.begin(), host.end(), ':') == 1;
  if (!is_name && host.find("]:") == host.npos) return;
  throw WrongUsage("--host: \"" + host + "\" has a port in it (use --host " +
                   host.substr(0, colon) + " --port " + host.substr(colon + 1) + ")");
}

Options put_together(Given given) {
  Options& options = given.options;
  if (!options.service->has_messages) {
    const std::string none = ": " + std::string(options.service->name) + " has no messages";
    if (given.framing) throw WrongUsage("--framing" + none);
    if (given.max_message) throw WrongUsage("--max-message" + none);
    if (given.max_messages) throw WrongUsage("--max-messages" + none);
  }
  if (!options.service->has_room) {
    const std::string none = ": " + std::string(options.service->name) + " has no room";
    if (given.history) throw WrongUsage("--history" + none);
    if (given.max_queue) throw WrongUsage("--max-queue" + none);
    if (given.rate) throw WrongUsage("--rate" + none);
  }
  if (given.loops && options.server.mode != sock::Mode::async) {
    throw WrongUsage("--loops: only --mode async has event loops");
  }
  if (given.everywhere && !given.hosts.empty()) {
    throw WrongUsage("--public and --host exclude each other");
  }
  if (given.only_ipv4 && given.only_ipv6) throw WrongUsage("-4 and -6 exclude each other");
  if (given.quiet && given.verbose > 0) throw WrongUsage("-q and -v exclude each other");
  if (options.log.hex_dump && options.log.style == LogStyle::json) {
    throw WrongUsage("--hex-dump and --log-format json exclude each other");
  }
  for (const auto& host : given.hosts) check_host(host);

  options.messages.framing = given.framing.value_or(options.messages.framing);
  options.messages.max_message = given.max_message.value_or(options.messages.max_message);
  options.messages.max_messages = given.max_messages.value_or(options.messages.max_messages);
  options.messages.history = given.history.value_or(options.messages.history);
  options.messages.max_queue = given.max_queue.value_or(options.messages.max_queue);
  options.messages.rate = given.rate.value_or(options.messages.rate);
  if (!given.hosts.empty()) options.server.hosts = std::move(given.hosts);
  if (given.everywhere) options.server.hosts = {"*"};
  if (given.only_ipv4) options.server.family = sock::Family::ipv4;
  if (given.only_ipv6) options.server.family = sock::Family::ipv6;
  const std::size_t most_by_mode = options.server.mode == sock::Mode::async ? 10'000 : 1000;
  options.server.max_connections =
      given.max_connections.value_or(most_by_mode);  // the log tells it
  options.server.loops = given.loops.value_or(options.server.loops);
  if (given.backlog) options.server.backlog = static_cast<int>(*given.backlog);
  options.log.verbosity = given.quiet ? -1 : given.verbose;
  return std::move(options);
}

}  // namespace

std::string_view name_of(sock::Mode mode) {
  switch (mode) {
    case sock::Mode::blocking:
      return "blocking";
    case sock::Mode::threads:
      return "threads";
    case sock::Mode::async:
      return "async";
  }
  return {};
}

std::variant<Options, int> read_options(int argc, const char* const* argv) {
  CommandLine line(about());
  Given given;
  declare(line, given);
  if (const auto status = line.parse(argc, argv)) return *status;
  try {
    return put_together(std::move(given));
  } catch (const WrongUsage& wrong) {
    return line.wrong_usage(wrong.what());
  }
}

}  // namespace sockserver
