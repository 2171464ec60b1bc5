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
  sock::Faults faults;   ///< of all doors, in addition to their own
  bool all_tls = false;  ///< all doors except datagram doors
  sock::TlsServerOptions tls;
  std::vector<DoorOptions> doors;  ///< after reading: at least one, each with its service
  const sock::ServiceRow* service = sock::find_service("quit");
  sock::MessageOptions messages;
  LogOptions log;
};

/// The name of a mode, as --mode takes it.
std::string_view name_of(sock::Mode mode);

/// Declares the options of `app`, which store their values in `options`; both outlive the parsing.
void declare(CLI::App& app, Options& options);

/// Returns doors from outside the command line.
using HandOver = std::function<std::vector<DoorOptions>()>;

/// Reads the command line. Calls `hand_over` only if it is valid and starts a server, as its errors
/// must not prevent --help or --version. An int is the status to end with; everything is printed.
std::variant<Options, int> read_options(int argc, const char* const* argv,
                                        const HandOver& hand_over = {});

}  // namespace sockserver
