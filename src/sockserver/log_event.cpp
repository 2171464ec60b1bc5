#include "log_event.hpp"

namespace sockserver {

program::Event& LogEvent::about(const sock::Client& client) {
  if (style() == LogStyle::text) return words("#{} ", client.id);
  field("conn", client.id);
  return peer(client.address);
}

program::Event& LogEvent::peer(const sock::Endpoint& peer) {
  if (style() == LogStyle::text) return *this;
  if (peer.transport != sock::Transport::local) {
    field("peer", to_string(peer));
    return peer.transport == sock::Transport::udp ? field("transport", "udp") : *this;
  }
  sock::Endpoint place = peer;  // the others have fields of their own
  place.uid = sock::Endpoint::no_user;
  field("peer", to_string(place));
  if (peer.pid != 0) field("pid", static_cast<std::uint64_t>(peer.pid));
  return peer.uid == sock::Endpoint::no_user ? *this : field("uid", std::uint64_t{peer.uid});
}

}  // namespace sockserver
