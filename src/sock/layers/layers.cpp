#include "layers/layers.hpp"

#include <utility>

#include "layers/proxy_layer.hpp"
#include "layers/tls_layer.hpp"

namespace sock {

std::unique_ptr<Session> make_layers(const Door& door, Client& client, Observer& observer,
                                     std::chrono::milliseconds limit, Layer::Inside open) {
  auto inside = std::move(open);
  if (door.tls != nullptr) {
    inside = [tls = door.tls, &client, &observer, limit, next = std::move(inside)] {
      return std::make_unique<TlsLayer>(tls, client, observer, limit, next);
    };
  }
  if (door.proxy) {
    return std::make_unique<ProxyLayer>(client, observer, limit, std::move(inside));
  }
  return inside();
}

}  // namespace sock
