// Others end a connection by noting a cause and shutting down receiving (stop) or both directions
// (cut), which wakes whatever its thread waits in.

#include "sock/serve.hpp"

#include <chrono>
#include <exception>

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
} catch (const std::exception&) {
  return connection.settle(End::lost);
}

Closing closing_of(const Connection& connection, End why) {
  using std::chrono::milliseconds;
  return {why, connection.bytes_in.value(), connection.bytes_out.value(),
          std::chrono::duration_cast<milliseconds>(Clock::now() - connection.since)};
}

// Whether the client may still be sending, or have words of ours to read, when it learns of the end.
// At a stop, a client that has been silent for a while does not keep the server.
bool is_to_linger(Connection& connection, End why) {
  return why == End::by_server ||
         (why == End::stopped && is_busy(connection.socket.native_handle()));
}

void linger(Connection& connection) {
  LingeringClose closing(connection.socket);
  while (!connection.is_cut() && !closing.done()) closing.wait();
}

}  // namespace

void serve(Connection& connection, Observer& observer) {
  Traffic traffic(connection, observer);
  const End why = converse_by_kind(connection, traffic);
  observer.closed(connection.client, closing_of(connection, why));
  if (is_to_linger(connection, why)) linger(connection);
}

}  // namespace sock
