#include "sock/endpoint.hpp"

namespace sock {

std::string to_string(const Endpoint& endpoint) {
  const bool is_ipv6 = endpoint.address.find(':') != std::string::npos;
  const std::string port = std::to_string(endpoint.port);
  return is_ipv6 ? "[" + endpoint.address + "]:" + port : endpoint.address + ":" + port;
}

}  // namespace sock
