// Others end a connection by noting a cause and shutting down receiving (stop) or both directions
// (cut), which wakes whatever its thread waits in.

#include "sock/serve.hpp"

#include "sock/converse.hpp"
#include "sock/lingering_close.hpp"
#include "sock/tcp_state.hpp"
#include "sock/traffic.hpp"

namespace sock {
namespace {

End converse_by_kind(Connection& connection, Traffic& traffic) try {
  Mailbox* const mailbox = connection.session->mailbox();
  return mailbox == nullptr ? converse(connection, traffic)
                            : converse_with_mailbox(connection, traffic, *mailbox);
} catch (...) {  // what was to be said at the end could not be
  return connection.settle(End::lost);
}

}  // namespace

End serve(Connection& connection, Observer& observer) {
  Traffic traffic(connection, observer);
  return converse_by_kind(connection, traffic);
}

void linger(Connection& connection, End why) {
  // At a stop, a client that has been silent for a while does not keep the server.
  const bool is_stopped = why == End::stopped && connection.bytes_in.value() > 0 &&
                          is_busy(connection.socket.native_handle());
  if (why != End::by_server && !is_stopped) return;
  using Order = LingeringClose::Order;
  LingeringClose closing(connection.socket,
                         is_stopped ? Order::discard_then_end : Order::end_then_discard);
  while (!connection.is_cut() && !closing.done()) closing.wait();
}

}  // namespace sock
