#pragma once

#include "options.hpp"
#include "signals.hpp"
#include "wire.hpp"

namespace sockclient {

/// A person at a terminal: typed lines go to the server, received text is printed above the prompt.
/// Ends with `quit`, Ctrl-D, or when the server ends. Throws Failure, or OutputClosed.
void run_interactive(Wire& wire, const Options& options, Signals& signals, Terminal& terminal);

}  // namespace sockclient
