#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "door_options.hpp"

namespace sockserver {

/// The program that started this one and supervises it, such as systemd. It passes sockets
/// (LISTEN_FDS, sd_listen_fds(3)) and receives the server's state (NOTIFY_SOCKET, sd_notify(3)).
/// Without these variables there is none: no sockets are passed, and no state is sent.
class ServiceManager {
 public:
  /// Removes the variables from the environment. Call it before the first thread.
  ServiceManager();

  /// A door for each socket passed; its name selects the protocol, if it is one. The sockets are
  /// closed in child programs. Throws std::runtime_error, which names the descriptor, if one is not
  /// a listening socket. Call it once.
  std::vector<DoorOptions> take_doors() const;

  /// Sends `READY=1`, `STOPPING=1`. Blocks at most one second; thread-safe.
  void tell(std::string_view state) const noexcept;

 private:
  std::string count_;  // number of descriptors; empty: none for this process
  std::string names_;
  std::string notify_path_;
};

}  // namespace sockserver
