#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "door_options.hpp"

namespace sockserver {

/// The program that has started this one and watches it, systemd for example. It hands sockets over
/// (LISTEN_FDS, sd_listen_fds(3)) and is told how the server does (NOTIFY_SOCKET, sd_notify(3)).
/// Without these variables in the environment there is none: no sockets, and nothing is told.
class ServiceManager {
 public:
  /// Takes the variables out of the environment. Before the first thread.
  ServiceManager();

  /// A door for each socket handed over: its name chooses the protocol, if it is one. They are
  /// closed in programs that this one might start. Throws std::runtime_error, which names the
  /// descriptor, if one is no listening socket. Once.
  std::vector<DoorOptions> take_doors() const;

  /// `READY=1`, `STOPPING=1`. Waits no longer than a second; from any thread.
  void tell(std::string_view state) const noexcept;

 private:
  std::string count_;  // of descriptors; empty: none is for this process
  std::string names_;
  std::string notify_path_;
};

}  // namespace sockserver
