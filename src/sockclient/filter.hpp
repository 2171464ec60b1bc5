#pragma once

#include "options.hpp"
#include "wire.hpp"

namespace sockclient {

/// Copies stdin to the server and the server's output to stdout, both at once, until the server
/// ends. Throws Failure, or OutputClosed.
void run_filter(Wire& wire, const Options& options);

}  // namespace sockclient
