#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "server/acceptor.hpp"
#include "server/event_loops.hpp"
#include "server/refused_clients.hpp"
#include "server/registry.hpp"
#include "sock/server.hpp"

namespace sock {

/// Decides what to do with an accepted client: it is served, it waits for a place that is about to
/// become free, or it is refused. Runs on the first loop's thread.
class Admission final : public Acceptor::Host, private Timed {
 public:
  /// Serves the client on some thread. If that is not possible, throws and does not take the
  /// socket.
  using Serve = std::function<void(Descriptor& socket, Client client, const Newcomer& newcomer)>;

  /// All of them must outlive it. `on_empty` is called when the last refused client has gone.
  Admission(const ServerOptions& options, const std::vector<Door>& doors,
            std::atomic<std::uint64_t>& last_id, Observer& observer, Registry& registry,
            EventLoop& loop, Serve serve, std::function<void()> on_empty);

  /// Serves no new connections from now on. Clients that still wait get a notice.
  void close();
  /// Closes the refused clients at once.
  void cut() { refused_.cut(); }
  /// A place may have become free.
  void look_again();
  /// Refuses a client, for example an admitted one that could not be served.
  void refuse(Descriptor& socket, const Newcomer& newcomer, Refusal why);

  Acceptor& acceptor() { return acceptor_; }
  /// Whether clients wait for a place. Any thread.
  bool has_waiting() const { return has_waiting_; }
  bool is_over() const { return acceptor_.is_closed() && waiting_.empty() && refused_.is_empty(); }

 private:
  struct Waiting {
    Descriptor socket;
    Newcomer newcomer;
  };

  bool admit(Descriptor& socket, const Newcomer& newcomer) override;
  void turn_away(Descriptor& socket, const Newcomer& newcomer) override;
  void cannot_accept(std::error_code why) override { observer_.cannot_accept(why); }
  void not_accepting(const Endpoint& where) override { observer_.not_accepting(where); }
  void due() noexcept override;

  Registry::Place find_place() const { return registry_.find_place(options_.max_connections); }
  /// Returns false if too many clients wait already.
  bool wait(Descriptor& socket, const Newcomer& newcomer);
  void let_in(Descriptor& socket, const Newcomer& newcomer);
  std::string notice(const Service& service, Refusal why) const;

  const ServerOptions& options_;
  std::atomic<std::uint64_t>& last_id_;  // of the server's clients
  Observer& observer_;
  Registry& registry_;
  EventLoop& loop_;
  const Serve serve_;
  RefusedClients refused_;
  std::list<Waiting> waiting_;
  std::atomic<bool> has_waiting_{false};
  Acceptor acceptor_;
};

}  // namespace sock
