#pragma once

#include "options.hpp"
#include "signals.hpp"
#include "wire.hpp"

namespace sockclient {

/// A person at a terminal: what is typed goes to the server line by line, what comes is printed
/// above the prompt. Ends with `quit`, Ctrl-D, or the server. Throws Failure, or OutputClosed.
void run_interactive(Wire& wire, const Options& options, Signals& signals, Terminal& terminal);

}  // namespace sockclient
