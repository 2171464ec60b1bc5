#pragma once

#include "net/descriptor.hpp"
#include "sock/stream.hpp"

namespace sock {

struct Stream::Impl {
  Descriptor socket;
  Endpoint remote;  // kept for error texts: a lost connection can no longer be asked
};

}  // namespace sock
