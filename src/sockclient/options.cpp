#include "options.hpp"

#include <arpa/inet.h>
#include <netdb.h>

#include <string_view>

#include "program/command_line.hpp"
#include "program/values.hpp"

namespace sockclient {
namespace {

using program::CommandLine;

void bind_steps(CommandLine& line, Options& options) {
  auto& steps = options.steps;
  line.group("Conversation (done in the order given, instead of the keyboard)");
  const auto adds = [&steps](ScriptStep::Kind kind) {
    return [&steps, kind](const std::string& text) { steps.push_back({kind, text}); };
  };
  line.each("--send", {"TEXT", "send TEXT and the end of line"}, adds(ScriptStep::Kind::send));
  line.each("--recv", {"", "wait for one message and print it"},
            [&steps](const std::string&) { steps.push_back({ScriptStep::Kind::recv}); });
  line.each("--expect", {"TEXT", "like --recv, and exit 3 unless it is TEXT"},
            adds(ScriptStep::Kind::expect));
  line.each("--pause", {"T", "do nothing for T"}, [&steps](const std::string& time) {
    steps.push_back({ScriptStep::Kind::pause, {}, CommandLine::as_duration(time)});
  });
}

void choose_family(Options& options, sock::Family family) {
  if (options.family != sock::Family::any && options.family != family) {
    throw program::WrongUsage(family == sock::Family::ipv4 ? "excludes -6" : "excludes -4");
  }
  options.family = family;
}

void bind_connection(CommandLine& line, Options& options) {
  line.group("Connection");
  line.each("-4", {},
            [&options](const std::string&) { choose_family(options, sock::Family::ipv4); });
  line.each("-6", {"", "only IPv4, only IPv6"},
            [&options](const std::string&) { choose_family(options, sock::Family::ipv6); });
  line.duration("-w,--wait", options.wait, {"T", "give up connecting after T (0: never)", "10s"});
  line.duration("--retry", options.retry, {"T", "keep trying to connect for T", "0"});
  line.option(
      "-i,--idle-timeout", {"T", "end after T of silence (0: never)", "0; --recv 10s"},
      [&options](const std::string& time) { options.idle = CommandLine::as_duration(time); });
  line.option("--until-silent", {"T", "at the end of input, end after T of silence"},
              [&options](const std::string& time) {
                options.until_silent = CommandLine::as_duration(time);
              });
  line.each("--no-shutdown", {"", "at the end of input, do not half-close"},
            [&options](const std::string&) { options.shutdown = false; });
}

void bind_text(CommandLine& line, Options& options) {
  line.group("What is sent and shown");
  line.choice<std::optional<Eol>>("--eol", options.eol,
                                  {"NAME", "end of a line sent: lf | crlf | none", "lf"},
                                  {{"lf", Eol::lf}, {"crlf", Eol::crlf}, {"none", Eol::none}});
  line.each("-C,--crlf", {"", "the same as --eol crlf"},
            [&options](const std::string&) { options.eol = Eol::crlf; });
  line.flag("--timestamps", options.timestamps, {"", "the time before every line received"});
  line.flag("--raw", options.raw, {"", "do not escape control characters on a terminal"});
  line.flag("-x,--hex-dump", options.hex_dump, {"", "all traffic in hexadecimal, on stderr"});
  line.flag("-v,--verbose", options.verbose, {"", "what is being done, and totals at the end"});
  line.flag("-q,--quiet", options.quiet, {"", "no prompt, no notices; only errors"});
  line.choice<Colour>(
      "--color", options.color, {"WHEN", "auto | always | never", "auto"},
      {{"auto", Colour::automatic}, {"always", Colour::always}, {"never", Colour::never}});
}

// nc's habit. What follows an option of two dashes is that one's value.
bool has_minus_n(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "-N" && !std::string_view(argv[i - 1]).starts_with("--")) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::optional<std::uint16_t> port_number(const std::string& text) {
  if (const auto number = program::parse_port(text)) {
    return *number == 0 ? std::nullopt : number;
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe): before the first thread
  const servent* const service = ::getservbyname(text.c_str(), "tcp");
  if (service == nullptr) return std::nullopt;
  return ntohs(static_cast<std::uint16_t>(service->s_port));
}

std::optional<int> parse_options(int argc, const char* const* argv, Options& options) {
  CommandLine line(
      {"sockclient",
       "Talks to a TCP server: from the keyboard, from a pipe, or as the options say.",
       "[options] [HOST] [PORT]    [localhost 9999]",
       {{"sockclient localhost 9999", "type lines, see the answers"},
        {"echo \"Hola que tal\" | sockclient localhost 9999", "send it, print the answer"},
        {"sockclient localhost 8000 --send hola --recv --pause 2s --send adios --recv", ""}}});
  bind_steps(line, options);
  bind_connection(line, options);
  bind_text(line, options);
  line.positional("HOST", [&options](const std::string& host) {
    // The system would take a number for an address: 9999 for 0.0.39.15.
    if (program::parse_number(host)) {
      throw program::WrongUsage("\"" + host + "\" is a number (HOST comes before PORT: " +
                                "sockclient localhost " + host + ")");
    }
    options.host = host;
  });
  line.positional("PORT", [&options](const std::string& port) {
    const auto number = port_number(port);
    options.port = number ? *number : CommandLine::as_port(port, 1);
  });
  if (has_minus_n(argc, argv)) {
    return line.wrong_usage(
        "there is no option -N (the end of input is told to the server anyway)");
  }
  if (const auto status = line.parse(argc, argv)) return status;
  if (options.quiet && options.verbose) {
    return line.wrong_usage("-q and -v exclude each other");
  }
  return std::nullopt;
}

}  // namespace sockclient
