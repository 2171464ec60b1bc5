#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "door_options.hpp"
#include "log.hpp"
#include "sock/server.hpp"
#include "sock/service.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace sockserver {

struct Options {
  sock::ServerOptions server{.port = 9999};
  sock::Faults faults;             ///< of all doors; a door can have others besides
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

/// Reads the command line; `handed_over` are doors that there are besides it. An integer: the
/// program ends with that status; all has been said.
std::variant<Options, int> read_options(int argc, const char* const* argv,
                                        std::vector<DoorOptions> handed_over = {});

}  // namespace sockserver
