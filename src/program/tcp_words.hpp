#pragma once

#include <string>

#include "sock/tcp_info.hpp"

namespace program {

/// A change in a connection, in plain words.
std::string words_of(const sock::TcpChange& change);

}  // namespace program
