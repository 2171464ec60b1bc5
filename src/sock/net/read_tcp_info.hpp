#pragma once

#include "sock/tcp_info.hpp"

namespace sock {

/// What the system says of this TCP socket now.
TcpInfo read_tcp_info(int fd) noexcept;

}  // namespace sock
