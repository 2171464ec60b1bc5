#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

#include "sock/endpoint.hpp"

namespace sock {

struct ListenRequest {
  std::vector<std::string> hosts;
  std::uint16_t port = 0;
  Family family = Family::any;
  int backlog = 0;  // 0: as many as the system allows
};

/// Listening sockets for every address of every host, all on one port, non-blocking.
///
/// With port 0 the first address chooses and the others follow; if one of them has that port taken,
/// all start again. Throws std::system_error: `cannot listen on HOST port PORT: reason`.
std::vector<asio::ip::tcp::acceptor> open_listeners(asio::io_context& context,
                                                    const ListenRequest& request);

/// Whether accepting failed for want of descriptors or memory. Any other error is about the one
/// client, or its network: the next may do better (accept(2), "Error handling").
bool is_out_of_resources(std::error_code ec);

}  // namespace sock
