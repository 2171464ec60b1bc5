#pragma once

#include <chrono>

#include "layers/layers.hpp"
#include "sock/door.hpp"
#include "sock/observer.hpp"
#include "sock/service.hpp"

namespace sock {

/// How a client of a door is served. All references must outlive its connection.
struct Reception {
  const Door& door;         ///< its layers and its faults
  Service& service;         ///< the door's, or one that refuses the client
  Observer& observer;       ///< receives the client's events
  bool has_faults = false;  ///< the door's faults apply to this client
  /// Time limit of each layer for the client; 0: the layer's own limit.
  std::chrono::milliseconds limit{0};
};

}  // namespace sock
