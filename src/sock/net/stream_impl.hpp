#pragma once

#include "net/descriptor.hpp"
#include "sock/stream.hpp"

namespace sock {

struct Stream::Impl {
  Descriptor socket;
  Endpoint remote;  // kept for error messages: a lost connection no longer knows its peer
};

}  // namespace sock
