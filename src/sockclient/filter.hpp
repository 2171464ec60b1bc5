#pragma once

#include "connection.hpp"
#include "options.hpp"

/// stdin goes to the server and what the server sends to stdout, both at once, until the server
/// ends. Throws Failure, or OutputClosed.
void run_filter(Connection& connection, const Options& options);
