#pragma once

#include <poll.h>

#include <asio/ip/tcp.hpp>
#include <list>
#include <string_view>
#include <vector>

#include "sock/lingering_close.hpp"

namespace sock {

/// Clients that are not served: each is told so and closed without losing the words.
///
/// Never waits: whoever accepts polls these sockets with its own. At most 64 at once; beyond, a
/// client is just closed.
class TurnedAway {
 public:
  void add(asio::ip::tcp::socket socket, std::string_view notice);

  /// Appends what to wait for, and returns until when at most.
  Clock::time_point wait_for(std::vector<pollfd>& polled) const;

  /// Goes on with all of them.
  void proceed();

 private:
  struct One {
    asio::ip::tcp::socket socket;
    LingeringClose closing;
  };
  std::list<One> clients_;
};

}  // namespace sock
