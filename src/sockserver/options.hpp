#pragma once

#include <variant>

#include "sock/server.hpp"
#include "sock/service.hpp"

struct Options {
  sock::ServerOptions server{.port = 9999};
  const sock::ServiceRow* service = sock::find_service("quit");
  sock::MessageOptions messages;
  int verbosity = 0;  ///< -1: quiet
};

/// Reads the command line. An integer: the program ends with that status; all has been said.
std::variant<Options, int> read_options(int argc, const char* const* argv);
