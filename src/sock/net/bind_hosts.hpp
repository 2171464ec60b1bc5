#pragma once

#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "net/descriptor.hpp"
#include "sock/endpoint.hpp"

namespace sock {

struct BindRequest {
  std::vector<std::string> hosts;
  std::uint16_t port = 0;
  Family family = Family::any;
  Transport transport = Transport::tcp;  ///< for error messages
};

/// Opens a socket that is bound to this address. Throws std::system_error.
using OpenAt = std::function<Descriptor(const asio::ip::tcp::endpoint& address)>;

/// Opens a socket for every address of every host, all on one port.
///
/// With port 0 the first address gets a free port, and the others use the same; if it is taken at
/// one of them, all start again. Throws std::system_error: `cannot listen on HOST port PORT:
/// reason`, for UDP `cannot listen on udp HOST ...`.
std::vector<Descriptor> bind_hosts(const BindRequest& request, const OpenAt& open);

}  // namespace sock
