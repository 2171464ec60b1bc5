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

/// Decides what becomes of a client that has come: it is served, it waits for a place that is about
/// to become free, or it is refused. On the first loop's thread.
class Admission final : public Acceptor::Host, private Timed {
 public:
  /// Serves the client, on whichever thread. Throws if that cannot be, and leaves the socket.
  using Serve = std::function<void(Descriptor& socket, Client client, const Newcomer& newcomer)>;

  /// All of them outlive it. `on_empty` is called when no refused client is waited for any more.
  Admission(const ServerOptions& options, const std::vector<Door>& doors,
            std::atomic<std::uint64_t>& last_id, Observer& observer, Registry& registry,
            EventLoop& loop, Serve serve, std::function<void()> on_empty);

  /// Connections to be served from now on: none. Those that came before are told so.
  void close();
  /// Refused clients are waited for no longer.
  void cut() { refused_.cut(); }
  /// A place may have become free.
  void look_again();
  /// A client that had been let in could not be served.
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
  /// False: too many do.
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
