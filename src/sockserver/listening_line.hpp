#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "log_event.hpp"
#include "sock/endpoint.hpp"

namespace sockserver {

/// A door at which the server listens.
struct OpenDoor {
  const std::vector<sock::Endpoint>& endpoints;  ///< one at least
  std::string protocol;                          ///< `echo`, `chat/aula2`
  std::string_view mode;
};

/// The line on stdout that tells that clients can connect at this door, with its end; as long as
/// the addresses make it.
std::string listening_line(LogStyle style, const OpenDoor& door);

/// What to type to connect, for people, with its line end. `host`: as the user called it.
std::string connect_line(const sock::Endpoint& endpoint, const std::string& host);

}  // namespace sockserver
