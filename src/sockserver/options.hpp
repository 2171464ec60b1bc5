#pragma once

#include <functional>
#include <string_view>
#include <variant>
#include <vector>

#include "door_options.hpp"
#include "log.hpp"
#include "sock/server.hpp"
#include "sock/service.hpp"
#include "sock/tls.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace sockserver {

struct Options {
  sock::ServerOptions server{.port = 9999};
  sock::Faults faults;   ///< of all doors; a door can have others besides
  bool all_tls = false;  ///< of all doors but those for datagrams
  sock::TlsServerOptions tls;
  std::vector<DoorOptions> doors;  ///< once read, at least one, each with its service
  const sock::ServiceRow* service = sock::find_service("quit");
  sock::MessageOptions messages;
  LogOptions log;
};

/// As it is given to --mode.
std::string_view name_of(sock::Mode mode);

/// Makes of `app` the table of the options, which puts what is given into `options`; both outlive
/// the parsing.
void declare(CLI::App& app, Options& options);

/// Doors that there are besides the command line.
using HandOver = std::function<std::vector<DoorOptions>()>;

/// Reads the command line. `hand_over` is called if it is right and asks for a server: neither help
/// nor a version needs what it may complain of. An integer: the program ends with that status, and
/// everything has been said.
std::variant<Options, int> read_options(int argc, const char* const* argv,
                                        const HandOver& hand_over = {});

}  // namespace sockserver
