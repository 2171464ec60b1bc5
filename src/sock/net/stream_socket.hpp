#pragma once

#include <asio/basic_socket_acceptor.hpp>
#include <asio/basic_stream_socket.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/io_context.hpp>

namespace sock {

/// TCP or UNIX: to those who read and send, one kind of socket.
using StreamProtocol = asio::generic::stream_protocol;

/// A client's socket. As StreamProtocol::socket, but bound to an io_context, not to any executor:
/// that is 48 bytes less for it, and as much for each operation that is waited for.
using StreamSocket = asio::basic_stream_socket<StreamProtocol, asio::io_context::executor_type>;

using StreamAcceptor = asio::basic_socket_acceptor<StreamProtocol>;

/// Opens the descriptors that `context` needs for sockets. Asio does so for the first socket, when
/// there may be none left, and throws then.
inline void prepare_for_sockets(asio::io_context& context) { const StreamSocket first(context); }

}  // namespace sock
