#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "log_event.hpp"
#include "sock/endpoint.hpp"

namespace sockserver {

/// A door at which the server listens.
struct OpenDoor {
  std::vector<sock::Endpoint> endpoints{};  ///< one at least
  std::string protocol{};                   ///< `echo`, `chat/aula2`
  std::string_view mode{};
  bool proxy = false;
  bool tls = false;
  std::string pin{};  ///< of a certificate that was made for this run
};

/// The line on stdout that tells that clients can connect at this door, with its end; as long as
/// the addresses make it.
std::string listening_line(LogStyle style, const OpenDoor& door);

/// What to type to connect to the first address of the door, where others can, with their names.
/// `host`: as the user called it.
std::string connect_line(const OpenDoor& door, const std::string& host);

}  // namespace sockserver
