#pragma once

#include <chrono>

#include "layers/layers.hpp"
#include "sock/door.hpp"
#include "sock/observer.hpp"
#include "sock/service.hpp"

namespace sock {

/// What meets a client that has come in by a door. All of them outlive its connection.
struct Reception {
  const Door& door;         ///< its layers and its faults
  Service& service;         ///< that of the door, or what refuses the client
  Observer& observer;       ///< is told of the client
  bool has_faults = false;  ///< this client
  /// What each layer has to wait for the client at most; 0: as long as the layer allows.
  std::chrono::milliseconds patience{0};
};

}  // namespace sock
