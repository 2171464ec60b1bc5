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
  Transport transport = Transport::tcp;  ///< for the texts of errors
};

/// Opens a socket that is bound to this address. Throws std::system_error.
using OpenAt = std::function<Descriptor(const asio::ip::tcp::endpoint& address)>;

/// Opens a socket for every address of every host, all on one port.
///
/// With port 0 the first address chooses and the others follow; if one of them has that port taken,
/// all start again. Throws std::system_error: `cannot listen on HOST port PORT: reason`, of UDP
/// `cannot listen on udp HOST ...`.
std::vector<Descriptor> bind_hosts(const BindRequest& request, const OpenAt& open);

}  // namespace sock
