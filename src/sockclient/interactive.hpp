#pragma once

#include "connection.hpp"
#include "options.hpp"
#include "signals.hpp"

/// A person at a terminal: what is typed goes to the server line by line, what comes is printed
/// above the prompt. Ends with `quit`, Ctrl-D, or the server. Throws Failure, or OutputClosed.
void run_interactive(Connection& connection, const Options& options, Signals& signals);
