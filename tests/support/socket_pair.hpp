#pragma once

#include <sys/socket.h>

#include "net/descriptor.hpp"
#include "net/listen_sockets.hpp"
#include "net/socket_address.hpp"
#include "sock/stream.hpp"

/// Both ends of a connection on loopback: the server's accepted one, and the client's.
struct SocketPair {
  SocketPair() : SocketPair(sock::open_listeners({.hosts = {"127.0.0.1"}}).front()) {}

  sock::Stream client;
  sock::Descriptor server;

 private:
  explicit SocketPair(const sock::ListenSocket& listener)
      : client(sock::Stream::connect("127.0.0.1", sock::local_endpoint(listener.fd.get()).port)),
        server(::accept4(listener.fd.get(), nullptr, nullptr, SOCK_CLOEXEC)) {}
};
