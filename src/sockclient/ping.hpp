#pragma once

#include <memory>

#include "options.hpp"
#include "signals.hpp"
#include "wire.hpp"

namespace sockclient {

/// Pings until all are done, or until SIGINT or SIGTERM ends the program with the summary. Returns
/// the exit status: 1 if a ping was lost or an answer was wrong. Throws Failure, or OutputClosed.
int run_ping(std::unique_ptr<Wire> wire, const Options& options, Signals& signals);

}  // namespace sockclient
