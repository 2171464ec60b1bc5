#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/serve_async.hpp"

namespace sock {

/// Clients that are not served: each reads a notice and is closed so that the notice arrives.
///
/// They are served on `loop`, and this is used on its thread. At most 64 at once; beyond, a client
/// is just closed.
class RefusedClients final : private Keeper {
 public:
  struct Refused {
    std::string notice{};  ///< may be empty
    /// Is told once who was refused, as soon as it is known. May be empty.
    std::function<void(const Endpoint&)> tell{};
  };

  /// `on_empty` is called when the last one has gone.
  RefusedClients(EventLoop& loop, std::function<void()> on_empty)
      : loop_(loop), on_empty_(std::move(on_empty)) {}

  /// `door` outlives this. It reads the notice through the door's layers.
  void add(Descriptor& socket, const Endpoint& peer, const Door& door, Refused refused);

  /// No more is waited for any of them.
  void cut();

  bool is_empty() const { return clients_.empty(); }

 private:
  // What it meets: a session that says the notice.
  class Desk;

  void settled(Connection&) override {}
  void retire(Connection&) override {}
  void remove(Connection& connection) override;

  EventLoop& loop_;
  const std::function<void()> on_empty_;
  Observer nobody_;
  struct Guest {
    std::shared_ptr<LoopConnection> connection;
    std::shared_ptr<Desk> desk;
  };
  std::vector<Guest> clients_;
};

}  // namespace sock
