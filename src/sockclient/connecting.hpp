#pragma once

#include "options.hpp"
#include "sock/stream.hpp"

namespace sockclient {

/// Connects as the options say, again and again for the time of --retry. Throws Failure.
sock::Stream connect_to_server(const Options& options);

}  // namespace sockclient
