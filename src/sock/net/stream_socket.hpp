#pragma once

#include <asio/basic_stream_socket.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

namespace sock {

/// A client's socket. As asio::ip::tcp::socket, but bound to an io_context, not to any executor:
/// that is 48 bytes less for it, and as much for each operation that is waited for.
using StreamSocket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

/// Opens the descriptors that `context` needs for sockets. Asio does so for the first socket, when
/// there may be none left, and throws then.
inline void prepare_for_sockets(asio::io_context& context) { const StreamSocket first(context); }

}  // namespace sock
