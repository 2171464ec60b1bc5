#pragma once

#include <memory>

#include "options.hpp"
#include "signals.hpp"
#include "wire.hpp"

namespace sockclient {

/// Pings until all are done, or SIGINT or SIGTERM ends the program with the summary. Returns the
/// exit status: 1 if anything was lost or wrong. Throws Failure, or OutputClosed.
int run_ping(std::unique_ptr<Wire> wire, const Options& options, Signals& signals);

}  // namespace sockclient
