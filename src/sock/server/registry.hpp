#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "server/connection.hpp"
#include "sock/totals.hpp"

namespace sock {

/// The open connections, and the totals of the closed ones. Thread-safe.
///
/// It owns the connections, together with the code that serves them. A connection is removed before
/// its descriptor is closed, so a descriptor that is used under the registry's lock belongs to that
/// connection: the system has not given the number to another one.
class Registry final : public Keeper {
 public:
  /// `on_change` is called, without the lock and from any thread, after a place became free.
  explicit Registry(std::function<void()> on_change = [] {}) : on_change_(std::move(on_change)) {}

  /// A connection that is added after stop() or cut() is treated like the earlier ones. Throws
  /// std::bad_alloc.
  void add(std::shared_ptr<Connection> connection);
  /// Removes a connection that could not be served, without counting it.
  void withdraw(Connection& connection);

  // Keeper. A retired connection that waits for its peer does not count as open; but there are at
  // most 64 of them beyond the limit of connections.
  void settled(Connection& connection) override;
  void retire(Connection& connection) override;
  void remove(Connection& connection) override;

  void count_refused();

  /// Asks every connection to answer what it owes. Connections with a feed stay in their room until
  /// all have done so; then they leave.
  void stop();
  /// Ends every connection now.
  void cut();

  void for_each(const std::function<void(Connection&)>& action);

  /// Whether one of `most` places is free, or may be free soon because a peer has ended its stream.
  /// Both are checked under one lock: a client that leaves between two checks would be missed.
  /// Throws std::bad_alloc.
  enum class Place { free, soon, none };
  Place find_place(std::size_t most) const;
  bool is_empty() const;
  Totals totals() const;

 private:
  void erase(Connection& connection);
  void settle(Connection& connection);
  std::size_t places_taken() const;

  const std::function<void()> on_change_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Connection>> open_;
  std::size_t retired_ = 0;  // how many of open_
  std::size_t owing_ = 0;    // after a stop: how many may be in a room and have not settled
  Totals closed_;            // without the open connections
  bool stopping_ = false;
  bool leaving_ = false;  // after a stop: all have settled
  bool cutting_ = false;
};

}  // namespace sock
