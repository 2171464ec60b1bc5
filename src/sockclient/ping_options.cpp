#include "ping_options.hpp"

#include <fmt/format.h>

#include <initializer_list>

#include "ping_payload.hpp"
#include "program/help.hpp"
#include "program/validators.hpp"
#include "sock/datagram.hpp"

namespace sockclient {
namespace {

constexpr auto about_ping =
    R"(Ping: how long an echo takes, and what is lost on the way.

  sockclient --ping localhost 9999                         until Ctrl-C
  sockclient --ping --count 1000 --interval 0 -q localhost 9999
  sockclient --ping --json -u --count 10 localhost 7007    one object a line

Each ping is a numbered text, and every byte of its answer is compared. The
time begins before the send and ends after the last byte. The next ping does
not wait for the answer to the last one, unless there is no pause. An answer
that does not come in 10 s (-i) is lost, and a new connection is made. With -q
only what goes wrong is told, and the summary. The exit status is 1 if anything
was lost or wrong.
)";

void refuse(const CLI::App& app, std::initializer_list<const char*> names, const char* why) {
  for (const char* name : names) {
    if (app.count(name) > 0) throw CLI::ValidationError(name, why);
  }
}

void check_size(const Options& options) {
  const auto& ping = options.pings;
  const auto least = PingPayload::least_size(ping.count);
  if (ping.size < least) {
    throw CLI::ValidationError(
        "--size", fmt::format("{} has no room for the number of a ping ({} or more{})", ping.size,
                              least, ping.count ? "" : "; less with --count"));
  }
  if (options.udp && ping.size > sock::Datagram::largest) {
    throw CLI::ValidationError("--size", fmt::format("{} does not fit into a datagram ({})",
                                                     ping.size, sock::Datagram::largest));
  }
}

}  // namespace

void declare_ping(CLI::App& app, Options& options) {
  app.add_flag_callback(
      "--ping", [&options] { options.ping = true; },
      "measure the way and back, see --help=ping\n"
      "Instead of a conversation: numbered texts through an echo server, until `SIGINT`; see "
      "PING. Not with the steps of a conversation, nor with what belongs to typed lines and "
      "pipes: --eol, --until-silent, --no-shutdown and --raw.");
  auto& page = program::add_topic(app, "ping", "Ping", about_ping);
  page.add_option_function<std::uint64_t>(
          "--count", [&options](std::uint64_t count) { options.pings.count = count; },
          "end after N pings")
      ->transform(program::number(1))
      ->default_str("until Ctrl-C");
  page.add_option_function<std::uint64_t>(
          "--interval",
          [&options](std::uint64_t time) {
            options.pings.interval = std::chrono::milliseconds(time);
          },
          "the time between two; 0: without pause\n"
          "Without pause, the next one is sent as soon as the last one is answered.")
      ->transform(program::duration())
      ->default_str("1s");
  page.add_option_function<std::size_t>(
          "--size", [&options](std::size_t size) { options.pings.size = size; },
          "bytes of each, with its line end")
      ->transform(program::size())
      ->default_str("64");
  page.add_flag("--json", options.json,
                "tell all as JSON, one object a line\n"
                "With --ping, or with the steps of a conversation; see JSON.");
}

void complete_ping(const CLI::App& app, Options& options) {
  if (!options.ping) {
    refuse(app, {"--count", "--interval", "--size"}, "goes with --ping");
    if (options.json && !options.has_steps) {
      throw CLI::ValidationError("--json", "goes with --ping, or with steps (--send, --recv ...)");
    }
    return;
  }
  refuse(app,
         {"--send", "--recv", "--expect", "--match", "--pause", "--script", "--eol", "--crlf",
          "--until-silent", "--no-shutdown", "--raw"},
         "not with --ping");
  check_size(options);
}

}  // namespace sockclient
