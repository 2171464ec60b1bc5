#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "log_event.hpp"
#include "sock/endpoint.hpp"

namespace sockserver {

/// A door at which the server listens.
struct OpenDoor {
  std::vector<sock::Endpoint> endpoints{};  ///< at least one
  std::string protocol{};                   ///< `echo`, `chat/aula2`
  std::string_view mode{};
  bool proxy = false;
  bool tls = false;
  std::string pin{};  ///< of a certificate made for this run
};

/// The line on stdout which says that clients can connect to this door, with its line end; of any
/// length.
std::string listening_line(LogStyle style, const OpenDoor& door);

/// The command that connects to the first address of the door, and the names of other programs that
/// can connect. `host` is the name of this machine there.
std::string connect_line(const OpenDoor& door, const std::string& host);

}  // namespace sockserver
