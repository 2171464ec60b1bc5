#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "layer_options.hpp"
#include "pattern.hpp"
#include "sock/address.hpp"
#include "sock/endpoint.hpp"
#include "sock/faults.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace sockclient {

enum class Eol { lf, crlf, none };
enum class Colour { automatic, always, never };

/// One part of a conversation that is done without the keyboard.
struct ScriptStep {
  enum class Kind { send, recv, expect, match, pause, close };
  Kind kind = Kind::recv;
  std::string text = {};
  std::chrono::milliseconds pause{};
  std::optional<Pattern> pattern = {};  ///< match: made of the text
  std::string where = {};               ///< `FILE:LINE`; empty: it is an option
};

/// What --ping is to do.
struct PingOptions {
  std::optional<std::uint64_t> count = {};
  std::chrono::milliseconds interval{1000};  ///< 0: without pause
  std::size_t size = 64;                     ///< of a payload, with its line end
};

/// The command line of sockclient.
struct Options {
  sock::Address server{.port = 9999};
  bool udp = false;               ///< datagrams, of UDP or a UNIX socket
  std::vector<ScriptStep> steps;  ///< in the order given
  bool has_steps = false;         ///< also if a script has none
  bool ping = false;              ///< instead of them
  PingOptions pings;
  bool json = false;

  sock::Family family = sock::Family::any;
  std::optional<sock::Endpoint> source;
  std::chrono::milliseconds wait{10'000};
  std::chrono::milliseconds retry{0};
  std::optional<std::chrono::milliseconds> idle;  ///< 0: never
  bool shutdown = true;                           ///< half-close at the end of input
  std::optional<std::chrono::milliseconds> until_silent;

  sock::Faults faults;  ///< what it does wrong, on purpose
  LayerOptions layers;

  std::optional<Eol> eol;  ///< as it was given
  bool timestamps = false;
  bool raw = false;
  bool hex_dump = false;
  int verbosity = 0;  ///< 1 what is being done; 2 every read and write; 3 TCP
  bool nagle = false;
  bool quiet = false;
  Colour color = Colour::automatic;

  /// Whether the server is told of the end of input.
  bool half_closes() const { return shutdown && !until_silent; }
};

/// Makes of `app` the table of the options, which puts what is given into `options`; both outlive
/// the parsing.
void declare(CLI::App& app, Options& options);

/// Reads the command line. A status: the program ends with it, everything has been said.
std::optional<int> parse_options(int argc, const char* const* argv, Options& options);

}  // namespace sockclient
