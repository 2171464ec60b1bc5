#pragma once

#include <functional>

#include "net/lingering_close.hpp"
#include "net/tcp_socket.hpp"

namespace sock {

/// Waits on the socket's event loop until `closing` is done, or `is_cut` says that there is no
/// point any more; then calls `on_done`, on the loop's thread. What the three refer to is kept
/// alive by `on_done`.
void linger_async(TcpSocket& socket, const LingeringClose& closing, std::function<bool()> is_cut,
                  std::function<void()> on_done);

}  // namespace sock
