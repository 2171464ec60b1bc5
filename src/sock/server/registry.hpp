#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "server/connection.hpp"
#include "sock/totals.hpp"

namespace sock {

/// The connections, and what the closed ones added up to. Thread-safe.
///
/// It owns them, with whoever serves them. A connection is removed before its descriptor is closed;
/// so a descriptor that is touched under the registry's lock is that connection's, never one that
/// the system gave out anew.
class Registry final : public Keeper {
 public:
  /// `on_change` is called, without the lock and from any thread, after a place became free.
  explicit Registry(std::function<void()> on_change = [] {}) : on_change_(std::move(on_change)) {}

  /// A connection that comes after stop() or cut() is treated like those before. Throws
  /// std::bad_alloc.
  void add(std::shared_ptr<Connection> connection);
  /// Removes a connection that could not be served: it counts for nothing.
  void withdraw(Connection& connection);

  // Keeper. While a retired connection waits for its peer, it does not count as open; but no more
  // than 64 of them are waited for beyond the limit of connections.
  void settled(Connection& connection) override;
  void retire(Connection& connection) override;
  void remove(Connection& connection) override;

  void count_refused();

  /// Asks every connection to answer what it owes. Those with a feed stay in their room until all
  /// of them have done so; then they leave.
  void stop();
  /// Ends every connection now.
  void cut();

  void for_each(const std::function<void(Connection&)>& action);

  /// Of `most` places: whether one is free, or may be soon since a peer has ended its stream. Both
  /// are one look: whoever leaves between two would be in neither. Throws std::bad_alloc.
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
  std::size_t retired_ = 0;  // of those in open_
  std::size_t owing_ = 0;    // after a stop: with a feed, and not settled
  Totals closed_;            // without what is open now
  bool stopping_ = false;
  bool leaving_ = false;  // after a stop: all have settled
  bool cutting_ = false;
};

}  // namespace sock
