#include "options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <stdexcept>
#include <string_view>

#include "ping_options.hpp"
#include "program/fault_option.hpp"
#include "program/parse.hpp"
#include "program/tcp_topic.hpp"
#include "program/validators.hpp"
#include "program/values.hpp"
#include "script_file.hpp"
#include "source_option.hpp"

namespace sockclient {
namespace {

using program::duration;
using program::into;
using program::one_of;

constexpr auto description =
    R"(Talks to a server: from the keyboard, from a pipe, or as the options say.

Usage: sockclient [options] [HOST] [PORT]    [localhost 9999]
       sockclient [options] unix:PATH | unix:@NAME

  sockclient localhost 9999                        type lines, see the answers
  echo "Hola que tal" | sockclient localhost 9999  send it, print the answer
  sockclient localhost 8000 --send hola --recv --pause 2s --send adios --recv
)";

// Returns what `make` returns; its std::invalid_argument becomes an error of the option.
template <typename Made, typename Make>
Made made(const char* option, Make make) try {
  return make();
} catch (const std::invalid_argument& error) {
  throw CLI::ValidationError(option, error.what());
}

void declare_steps(CLI::App& app, std::vector<ScriptStep>& steps) {
  app.option_defaults()->group("Conversation (done in the order given, instead of the keyboard)");
  const auto adds = [&steps](ScriptStep::Kind kind) {
    return [&steps, kind](const std::string& text) { steps.push_back({kind, text}); };
  };
  app.add_option_function<std::string>("--send", adds(ScriptStep::Kind::send),
                                       "send TEXT and the end of line")
      ->trigger_on_parse();
  app.add_flag_callback(
         "--recv", [&steps] { steps.push_back({ScriptStep::Kind::recv}); },
         "wait for one message and print it\n"
         "A message ends with its line end or, without one, after 200 ms of silence "
         "(a prompt: `Name: `).")
      ->trigger_on_parse();
  app.add_option_function<std::string>("--expect", adds(ScriptStep::Kind::expect),
                                       "like --recv, and exit 3 unless it is TEXT")
      ->trigger_on_parse();
  const auto add_match = [&steps](const std::string& text) {
    const auto pattern = made<Pattern>("--match", [&] { return Pattern(text); });
    steps.push_back({.kind = ScriptStep::Kind::match, .text = text, .pattern = pattern});
  };
  app.add_option_function<std::string>("--match", add_match,
                                       "like --expect, for a text that REGEX fits to\n"
                                       "To some part of it; a POSIX extended regular expression.")
      ->trigger_on_parse()
      ->type_name("REGEX");
  const auto add_pause = [&steps](std::uint64_t time) {
    steps.push_back({.kind = ScriptStep::Kind::pause, .pause = std::chrono::milliseconds(time)});
  };
  app.add_option_function<std::uint64_t>("--pause", add_pause, "do nothing for T")
      ->transform(duration())
      ->trigger_on_parse();
  const auto add_script = [&steps](const std::string& file) {
    const auto more = made<std::vector<ScriptStep>>("--script", [&] { return read_script(file); });
    steps.insert(steps.end(), more.begin(), more.end());
  };
  app.add_option_function<std::string>(
         "--script", add_script,
         "the steps in FILE (-: stdin), one a line\n"
         "As these options, without the dashes; see SCRIPTS. All of it is checked before "
         "anything is sent.")
      ->trigger_on_parse()
      ->type_name("FILE");
}

void declare_connection(CLI::App& app, Options& options) {
  app.option_defaults()->group("Connection");
  auto* udp = app.add_flag("-u,--udp", options.udp,
                           "send datagrams, one a line\nOf UDP, or of a UNIX socket.");
  const auto only = [&options](sock::Family family) {
    return [&options, family] { options.family = family; };
  };
  auto* ipv4 = app.add_flag_callback("-4", only(sock::Family::ipv4), "only IPv4\nNot with -6.");
  app.add_flag_callback("-6", only(sock::Family::ipv6), "only IPv6\nNot with -4.")->excludes(ipv4);
  app.add_option_function<std::string>(
         "-s,--source",
         [&options](const std::string& text) { options.source = parse_source(text); },
         "come from ADDRESS or ADDRESS:PORT\n"
         "A numeric one of this machine, which settles the family too. IPv6 with a port stands in "
         "brackets, `[::1]:5000`. Not at a UNIX socket.")
      ->check(find_fault_of_source)
      ->type_name("ADDRESS");
  app.add_option_function("-w,--wait", into(options.wait),
                          "give up connecting after T (0: never)\nLooking up the host counts.")
      ->transform(duration())
      ->default_str("10s");
  app.add_option_function("--retry", into(options.retry),
                          "keep trying to connect for T\n"
                          "For a server that is still starting; also to one that closes at once, "
                          "without a byte and without having read what was sent (a port proxy "
                          "before what is behind it listens). Up to 64 KiB of input are kept to be "
                          "sent again.")
      ->transform(duration())
      ->default_str("0");
  app.add_option_function("-i,--idle-timeout", into(options.idle),
                          "end after T of silence (0: never)\nThe status is 1.")
      ->transform(duration())
      ->default_str("0; --recv 10s");
  app.add_option_function(
         "--until-silent", into(options.until_silent),
         "at the end of input, end after T of silence\n"
         "The status is 0; nothing is half-closed before. A script too ends so, after its "
         "last step; without this option, after 1 s.")
      ->transform(duration())
      ->default_str("-u 1s");
  app.add_flag_callback(
         "--no-shutdown", [&options] { options.shutdown = false; },
         "at the end of input, do not half-close\nNot with -u.")
      ->excludes(udp);
  program::declare_faults(app, options.faults);
  declare_layers(app, options.layers);
}

void declare_text(CLI::App& app, Options& options) {
  app.option_defaults()->group("What is sent and shown");
  app.add_option("--eol", options.eol,
                 "end of a line sent\n"
                 "Of one that is typed or given to --send. A pipe is sent as it is, unless this "
                 "option is given.")
      ->transform(one_of({"lf", "crlf", "none"}))
      ->default_str("lf");
  app.add_flag_callback(
         "-C,--crlf", [&options] { options.eol = Eol::crlf; },
         "the same as --eol crlf")
      ->trigger_on_parse();  // --eol overrides it
  app.add_flag("--timestamps", options.timestamps, "the time before every line received");
  app.add_flag("--raw", options.raw, "do not escape control characters on a terminal");
  app.add_flag("-x,--hex-dump", options.hex_dump,
               "all traffic in hexadecimal, on stderr\n"
               "Each row is `<` (received) or `>` (sent), the offset in that direction, up to 16 "
               "bytes, and their text; each read or write begins a new row.");
  auto* verbose = app.add_flag_callback(
      "-v,--verbose", [&options] { ++options.verbosity; },
      "what is done; twice: reads, writes; thrice: --help=tcp\n"
      "And totals at the end. With -vvv, what the system says of the TCP connection, when it "
      "changes; see TCP. Not with -q.");
  verbose->trigger_on_parse();
  app.add_flag("-q,--quiet", options.quiet, "no prompt, no notices; only errors")
      ->excludes(verbose);
  app.add_option("--color", options.color)
      ->transform(one_of({"auto", "always", "never"}, "WHEN"))
      ->default_str("auto");
}

// The system would take a number for an address: 9999 for 0.0.39.15.
std::string find_number(const std::string& host) {
  if (!program::parse_number(host)) return {};
  return "\"" + host + "\" is a number (HOST comes before PORT: sockclient localhost " + host + ")";
}

void check_source(const Options& options) {
  if (!options.source || options.family == sock::Family::any) return;
  const bool is_ipv6 = options.source->address.find(':') != std::string::npos;
  if (is_ipv6 == (options.family == sock::Family::ipv6)) return;
  throw CLI::ValidationError(
      "--source", fmt::format("{} is an IPv{} address", options.source->address, is_ipv6 ? 6 : 4));
}

void check_faults(const Options& options) {
  const auto& faults = options.faults;
  const auto fail = [](const std::string& why) { throw CLI::ValidationError("--fault", why); };
  if (faults.no_accept || faults.share != sock::Faults().share) {
    fail("no-accept and share are a server's");
  }
  if (faults.any() && options.udp) fail("not with -u");
  if (faults.reset && options.server.is_local()) fail("a UNIX socket has no reset");
}

// What needs the whole command line.
void complete(const CLI::App& app, Options& options) {
  // Datagrams have no end: neither ours nor the server's is reported.
  if (options.udp && !options.until_silent) options.until_silent = std::chrono::seconds(1);
  for (const char* name : {"--send", "--recv", "--expect", "--match", "--pause", "--script"}) {
    options.has_steps = options.has_steps || app.count(name) > 0;
  }
  if (options.udp && options.nagle) throw CLI::ValidationError("--nagle", "not with --udp");
  made<void>("--script", [&options] { check_close(options.steps); });
  complete_ping(app, options);
  check_source(options);
  complete_layers(app, options);
  if (!options.server.host.starts_with("unix:")) return check_faults(options);
  try {
    options.server = sock::parse_address(options.server.host);
  } catch (const std::invalid_argument& error) {
    throw CLI::ValidationError("HOST", error.what());
  }
  for (const char* name : {"PORT", "-4", "-6", "--source", "--nagle"}) {
    if (app.count(name) > 0) throw CLI::ValidationError(name, "not with unix:");
  }
  check_faults(options);
}

// For users who know nc; and a value that may be left out stands behind `=`.
std::string hint(const std::string& argument, const Options& options) {
  if (argument.starts_with("-N")) return "the end of input is told to the server anyway";
  if (argument.starts_with("-U")) return "write unix:PATH in place of HOST and PORT";
  if (options.layers.proxy_version > 0) {
    for (const std::string_view version : {"v1", "v2"}) {
      if (argument == version || options.server.host == version) {
        return fmt::format("write --proxy-header={}", version);
      }
    }
  }
  return {};
}

}  // namespace

void declare(CLI::App& app, Options& options) {
  program::begin(app, "sockclient", description);
  declare_steps(app, options.steps);
  declare_ping(app, options);
  program::declare_tcp(app, options.nagle);
  declare_connection(app, options);
  declare_text(app, options);
  app.add_option("HOST", options.server.host)->check(find_number);
  app.add_option("PORT", options.server.port)->transform(program::port(1));
  program::end(app);
  app.callback([&app, &options] { complete(app, options); });
}

std::optional<int> parse_options(int argc, const char* const* argv, Options& options) {
  CLI::App app;
  declare(app, options);
  return program::parse(app, argc, argv,
                        [&](const std::string& argument) { return hint(argument, options); });
}

}  // namespace sockclient
