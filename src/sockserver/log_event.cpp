#include "log_event.hpp"

#include "peer_text.hpp"

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
  sock::Endpoint place = peer;  // uid and pid have their own fields
  place.uid = sock::Endpoint::no_user;
  field("peer", to_string(place));
  if (peer.pid != 0) field("pid", static_cast<std::uint64_t>(peer.pid));
  return peer.uid == sock::Endpoint::no_user ? *this : field("uid", std::uint64_t{peer.uid});
}

program::Event& LogEvent::arrival(const sock::Arrival& arrival) {
  if (arrival.proxied_by) {
    words(", through {}", words_of(*arrival.proxied_by))
        .field("proxied_by", to_string(*arrival.proxied_by));
  }
  if (!arrival.tls) return *this;
  const auto& tls = *arrival.tls;
  words(", {}", tls.version).field("tls", tls.version).field("cipher", tls.cipher);
  if (!tls.server_name.empty()) field("server_name", tls.server_name);
  if (!tls.peer_certificate.empty()) {
    words(", certificate {}", tls.peer_certificate).field("certificate", tls.peer_certificate);
  }
  return *this;
}

}  // namespace sockserver
