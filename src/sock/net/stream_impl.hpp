#pragma once

#include <asio/io_context.hpp>

#include "net/stream_socket.hpp"
#include "sock/stream.hpp"

namespace sock {

struct Stream::Impl {
  StreamProtocol::socket socket;
  Endpoint remote;  // kept for error texts: a lost connection can no longer be asked
};

/// The context of all blocking sockets. It is never run and costs three descriptors once.
asio::io_context& blocking_context();

}  // namespace sock
