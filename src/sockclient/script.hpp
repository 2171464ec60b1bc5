#pragma once

#include "options.hpp"
#include "wire.hpp"

namespace sockclient {

/// Runs the steps of the command line in order, then prints what still comes, until the server ends
/// or is silent. Throws Failure, or OutputClosed.
void run_script(Wire& wire, const Options& options);

}  // namespace sockclient
