#include "peer_text.hpp"

#include "sock/escape.hpp"

namespace sockserver {

std::string words_of(const sock::Endpoint& peer) {
  return (peer.transport == sock::Transport::udp ? "udp " : "") + sock::escaped(to_string(peer));
}

}  // namespace sockserver
