#pragma once

#include "options.hpp"
#include "wire.hpp"

namespace sockclient {

/// Does the steps of the command line in their order, then prints what still comes, until the
/// server ends or 1 s of silence. Throws Failure, or OutputClosed.
void run_script(Wire& wire, const Options& options);

/// The end of a conversation that is not a pipe: half-closes, unless that is not wanted, and hands
/// over what still comes, until the server ends or 1 s of silence.
void say_goodbye(Wire& wire, const Options& options, const Wire::Receiver& receive);

}  // namespace sockclient
