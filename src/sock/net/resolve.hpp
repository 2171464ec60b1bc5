#pragma once

#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "sock/endpoint.hpp"
#include "sock/wait.hpp"

namespace sock {

enum class Purpose { connect, listen };

/// The addresses of `host`, in the order to use them.
///
/// `localhost` and the names below it, such as `x.localhost.`, are both loopback addresses, without
/// a look-up (RFC 6761, 6.3). To listen, `*` is every address of this machine. An address may be in
/// brackets. Throws std::system_error, which names the host; timed_out if the name is not found
/// before the deadline. Without a deadline it can block as long as the system's resolver does.
std::vector<asio::ip::tcp::endpoint> resolve(const std::string& host, std::uint16_t port,
                                             Family family, Purpose purpose,
                                             Clock::time_point deadline = no_deadline);

/// Whether `host` stands for one address of each family, so that a missing family is no error.
bool is_every_family(const std::string& host);

}  // namespace sock
