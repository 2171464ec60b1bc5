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
class RefusedClients final : private Keeper, private Service {
 public:
  /// `on_empty` is called when the last one has gone.
  RefusedClients(EventLoop& loop, std::function<void()> on_empty)
      : loop_(loop), on_empty_(std::move(on_empty)) {}

  /// `notice` may be empty.
  void add(Descriptor& socket, const Endpoint& peer, std::string notice);

  /// No more is waited for any of them.
  void cut();

  bool is_empty() const { return clients_.empty(); }

 private:
  std::unique_ptr<Session> open(const Client& client, Observer& observer) override;
  void settled(Connection&) override {}
  void retire(Connection&) override {}
  void remove(Connection& connection) override;

  EventLoop& loop_;
  const std::function<void()> on_empty_;
  Observer nobody_;
  std::string notice_;  // of the one that is being added
  std::vector<std::shared_ptr<LoopConnection>> clients_;
};

}  // namespace sock
