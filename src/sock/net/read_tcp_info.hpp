#pragma once

#include "sock/tcp_info.hpp"

namespace sock {

/// The system's current state of this TCP socket.
TcpInfo read_tcp_info(int fd) noexcept;

}  // namespace sock
