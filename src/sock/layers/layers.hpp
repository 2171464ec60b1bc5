#pragma once

#include <chrono>
#include <memory>

#include "layers/layer.hpp"
#include "sock/door.hpp"

namespace sock {

/// Whether a client has to get through something at this door, before the service.
inline bool has_layers(const Door& door) { return door.proxy || door.tls != nullptr; }

/// The outermost of the door's layers. `open` opens the session of the service, when the client has
/// got through all of them; `patience`: for each layer, 0 as much as it has. Throws std::bad_alloc.
std::unique_ptr<Session> make_layers(const Door& door, Client& client, Observer& observer,
                                     std::chrono::milliseconds patience, Layer::Inside open);

}  // namespace sock
