#pragma once

#include <string>

#include "sock/tcp_info.hpp"

namespace program {

/// What has changed in a connection, in plain words.
std::string words_of(const sock::TcpChange& change);

}  // namespace program
