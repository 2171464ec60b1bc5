#pragma once

#include "options.hpp"
#include "wire.hpp"

namespace sockclient {

/// stdin goes to the server and what the server sends to stdout, both at once, until the server
/// ends. Throws Failure, or OutputClosed.
void run_filter(Wire& wire, const Options& options);

}  // namespace sockclient
