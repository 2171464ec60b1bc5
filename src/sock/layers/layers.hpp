#pragma once

#include <chrono>
#include <memory>

#include "layers/layer.hpp"
#include "sock/door.hpp"

namespace sock {

/// Whether a client must pass layers at this door before the service.
inline bool has_layers(const Door& door) { return door.proxy || door.tls != nullptr; }

/// The outermost layer of the door. `open` opens the session of the service when the client has
/// passed all layers. `limit`: time limit for each layer; 0: the layer's own limit. Throws
/// std::bad_alloc.
std::unique_ptr<Session> make_layers(const Door& door, Client& client, Observer& observer,
                                     std::chrono::milliseconds limit, Layer::Inside open);

}  // namespace sock
