#pragma once

#include <list>
#include <string_view>

#include "net/tcp_socket.hpp"

namespace sock {

/// Clients that are not served: each is told so and closed without losing the words.
///
/// Waits for them on `loop`, and is used on its thread. At most 64 at once; beyond, a client is
/// just closed.
class TurnedAway {
 public:
  explicit TurnedAway(asio::io_context& loop) : loop_(loop) {}

  void add(TcpSocket socket, std::string_view notice);

  /// Those that are still there are not waited for any longer.
  void cut();

 private:
  asio::io_context& loop_;
  std::list<TcpSocket> clients_;
};

}  // namespace sock
