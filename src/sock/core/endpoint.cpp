#include "sock/endpoint.hpp"

namespace sock {
namespace {

std::string local_to_string(const Endpoint& endpoint) {
  std::string text = endpoint.address.empty() ? "unix" : "unix:" + endpoint.address;
  if (endpoint.uid == Endpoint::no_user) return text;
  const std::string user = "uid " + std::to_string(endpoint.uid);
  if (endpoint.pid == 0) return text + " (" + user + ")";
  return text + " (pid " + std::to_string(endpoint.pid) + ", " + user + ")";
}

}  // namespace

std::string to_string(const Endpoint& endpoint) {
  if (endpoint.transport == Transport::local) return local_to_string(endpoint);
  const bool is_ipv6 = endpoint.address.find(':') != std::string::npos;
  const std::string port = std::to_string(endpoint.port);
  return is_ipv6 ? "[" + endpoint.address + "]:" + port : endpoint.address + ":" + port;
}

}  // namespace sock
