#include "server/conclude.hpp"

#include <chrono>

#include "net/tcp_state.hpp"

namespace sock {
namespace {

Closing closing_of(const Connection& connection, End why) {
  using std::chrono::milliseconds;
  return {why, connection.bytes_in.value(), connection.bytes_out.value(),
          std::chrono::duration_cast<milliseconds>(Clock::now() - connection.since)};
}

}  // namespace

std::optional<LingeringClose> conclude(Connection& connection, End why, Registry& registry,
                                       Observer& observer) {
  registry.retire(connection);
  observer.closed(connection.client, closing_of(connection, why));

  using Order = LingeringClose::Order;
  const int fd = connection.socket.native_handle();
  if (why == End::by_server) return LingeringClose(fd);
  // At a stop, a client keeps the server while something is, or may be, on its way.
  const bool is_owed_patience = why == End::stopped && connection.bytes_in.value() > 0 &&
                                (is_busy(fd) || has_unacknowledged(fd));
  if (!is_owed_patience) return {};
  return LingeringClose(fd, Order::discard_then_end);
}

void release(Connection& connection, Registry& registry) {
  registry.remove(connection);
  asio::error_code ec;
  connection.socket.close(ec);
}

}  // namespace sock
