#include "net/source_address.hpp"

#include <sys/socket.h>

#include "net/socket_address.hpp"
#include "net/system_error.hpp"

namespace sock {

Family family_from(const std::optional<Endpoint>& source, Family wanted) {
  if (!source || wanted != Family::any) return wanted;
  return source->address.find(':') == std::string::npos ? Family::ipv4 : Family::ipv6;
}

std::error_code bind_source(int fd, const std::optional<Endpoint>& source) {
  if (!source) return {};
  const auto address = to_socket_address(*source);
  return ::bind(fd, address.data(), address.size) == 0 ? std::error_code() : last_error();
}

std::string words_of(const std::optional<Endpoint>& source) {
  if (!source) return {};
  return " from " + (source->port == 0 ? source->address : to_string(*source));
}

}  // namespace sock
