#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

#include "server/connection.hpp"
#include "sock/server.hpp"

namespace sock {

/// The connections, and what the closed ones added up to. Thread-safe.
///
/// Whoever serves a connection removes it before closing its descriptor; so a descriptor that is
/// touched under the registry's lock is that connection's, never one that the system gave out anew.
class Registry {
 public:
  /// A connection that comes after stop() or cut() is treated like those before.
  void add(Connection& connection);
  /// The conversation is over. While the connection waits for its peer, it gives its place to
  /// another client and does not count as open; but not if too many do so already.
  void retire(Connection& connection);
  void remove(Connection& connection);
  /// Removes a connection that could not be served: it counts for nothing.
  void withdraw(Connection& connection);

  /// A client was turned away.
  void count_refused();

  /// Asks every connection to end.
  void stop();
  /// Ends every connection now.
  void cut();
  /// Ends one, which is not removed yet.
  void cut(Connection& connection, End why);

  void for_each(const std::function<void(Connection&)>& action);

  /// How many places are taken.
  std::size_t size() const;
  Totals totals() const;

 private:
  void erase(Connection& connection);

  mutable std::mutex mutex_;
  std::vector<Connection*> open_;
  std::size_t without_place_ = 0;  // of those in open_
  Totals closed_;                  // without what is open now
  bool stopping_ = false;
  bool cutting_ = false;
};

}  // namespace sock
