#pragma once

#include <chrono>
#include <optional>

namespace sockclient {

/// The time to the peer and back as the system has smoothed it (RFC 6298; TCP_INFO, tcp(7)). It
/// ends when the peer's TCP has the data, not when its program answers. Nothing: `fd` is not TCP,
/// or none has been measured.
std::optional<std::chrono::microseconds> system_rtt(int fd);

}  // namespace sockclient
