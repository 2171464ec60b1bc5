#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/serve_async.hpp"

namespace sock {

/// Refused clients: each gets a notice, and is closed in a way that the notice arrives.
///
/// They are served on `loop`; use this on its thread. At most 64 at once; further clients are
/// closed without a notice.
class RefusedClients final : private Keeper {
 public:
  struct Refused {
    std::string notice{};  ///< may be empty
    /// Called once with the address of the refused client, as soon as it is known. May be empty.
    std::function<void(const Endpoint&)> tell{};
  };

  /// `on_empty` is called when the last client has gone.
  RefusedClients(EventLoop& loop, std::function<void()> on_empty)
      : loop_(loop), on_empty_(std::move(on_empty)) {}

  /// `door` must outlive this. The client gets the notice through the door's layers.
  void add(Descriptor& socket, const Endpoint& peer, const Door& door, Refused refused);

  /// Closes all of them at once.
  void cut();

  bool is_empty() const { return clients_.empty(); }

 private:
  // The service of one refused client: its session says the notice.
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
