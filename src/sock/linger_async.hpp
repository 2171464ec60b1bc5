#pragma once

#include <functional>

#include "sock/lingering_close.hpp"
#include "sock/tcp_socket.hpp"

namespace sock {

/// Waits on the socket's event loop until `closing` is done, or `is_cut` says that there is no
/// point any more; then calls `on_done`, on the loop's thread. What the three refer to is kept
/// alive by `on_done`.
void linger_async(TcpSocket& socket, const LingeringClose& closing, std::function<bool()> is_cut,
                  std::function<void()> on_done);

}  // namespace sock
