#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include "net/stream_socket.hpp"
#include "sock/stream.hpp"

/// Two ends of a connection on loopback: the server's, as it was accepted, and the client's.
struct SocketPair {
  explicit SocketPair(asio::io_context& context)
      : SocketPair(context,
                   asio::ip::tcp::acceptor(context, {asio::ip::address_v4::loopback(), 0})) {}

  sock::Stream client;
  sock::StreamSocket server;

 private:
  SocketPair(asio::io_context& context, asio::ip::tcp::acceptor acceptor)
      : client(sock::Stream::connect("127.0.0.1", acceptor.local_endpoint().port())),
        server(context) {
    acceptor.accept(server);
  }
};
