// Others end a connection by noting a cause and shutting down receiving (stop) or both directions
// (cut), which wakes whatever its thread waits in.

#include "server/serve.hpp"

#include "server/conclude.hpp"
#include "server/converse.hpp"
#include "server/traffic.hpp"

namespace sock {
namespace {

End converse_by_kind(Connection& connection, Observer& observer) try {
  Traffic traffic(connection, observer);
  Mailbox* const mailbox = connection.session->mailbox();
  return mailbox == nullptr ? converse(connection, traffic)
                            : converse_with_mailbox(connection, traffic, *mailbox);
} catch (...) {  // what was to be said at the end could not be
  return connection.settle(End::lost);
}

}  // namespace

void serve(Connection& connection, Registry& registry, Observer& observer) {
  observer.connected(connection.client);
  const End why = converse_by_kind(connection, observer);
  if (auto closing = conclude(connection, why, registry, observer)) {
    while (!connection.is_cut() && !closing->done()) closing->wait();
  }
  release(connection, registry);
}

}  // namespace sock
