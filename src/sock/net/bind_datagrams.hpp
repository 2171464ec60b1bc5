#pragma once

#include <vector>

#include "net/bind_hosts.hpp"

namespace sock {

/// UDP sockets for every address of every host; see bind_hosts().
std::vector<Descriptor> bind_datagrams(BindRequest request);

}  // namespace sock
