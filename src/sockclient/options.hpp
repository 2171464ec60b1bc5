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

/// One step of a conversation without a keyboard.
struct ScriptStep {
  enum class Kind { send, recv, expect, match, pause, close };
  Kind kind = Kind::recv;
  std::string text = {};
  std::chrono::milliseconds pause{};
  std::optional<Pattern> pattern = {};  ///< match: compiled from the text
  std::string where = {};               ///< `FILE:LINE`; empty if given as an option
};

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
  bool has_steps = false;         ///< true even if a script is empty
  bool ping = false;              ///< instead of the steps
  PingOptions pings;
  bool json = false;

  sock::Family family = sock::Family::any;
  std::optional<sock::Endpoint> source;
  std::chrono::milliseconds wait{10'000};
  std::chrono::milliseconds retry{0};
  std::optional<std::chrono::milliseconds> idle;  ///< as given; 0: never
  bool shutdown = true;                           ///< half-close at the end of input
  std::optional<std::chrono::milliseconds> until_silent;

  sock::Faults faults;  ///< of the client, on purpose
  LayerOptions layers;

  std::optional<Eol> eol;  ///< as given
  bool timestamps = false;
  bool raw = false;
  bool hex_dump = false;
  int verbosity = 0;  ///< 1: what is being done; 2: every read and write; 3: TCP
  bool nagle = false;
  bool quiet = false;
  Colour color = Colour::automatic;

  /// How long a script and a ping wait for an answer; 0: for ever.
  std::chrono::milliseconds answer_limit() const { return idle.value_or(std::chrono::seconds(10)); }
  /// Whether the server is told about the end of input.
  bool half_closes() const { return shutdown && !until_silent; }
};

/// Declares the options of `app`, which store their values in `options`; both outlive the parsing.
void declare(CLI::App& app, Options& options);

/// Reads the command line. If it returns a status, the program ends with it: all is printed.
std::optional<int> parse_options(int argc, const char* const* argv, Options& options);

}  // namespace sockclient
