#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sock/endpoint.hpp"
#include "sock/stream.hpp"

namespace sock {

/// Listening sockets: a TCP socket for each address of a host, all on one port; or a UNIX socket.
///
/// Move-only; one thread at a time; the destructor closes it.
class Listener {
 public:
  /// Listens on every address of `host`; `localhost` and the names below it are 127.0.0.1 and ::1,
  /// without a look-up (RFC 6761, 6.3); "*" is every address of this machine.
  /// Port 0 takes any free port. The address can be used again at once after a restart. Throws
  /// std::system_error, which names the host and the port.
  explicit Listener(std::uint16_t port, const std::string& host = "localhost");
  /// Listens at an address as for parse_address(): `unix:/tmp/chat`, `*:9999`. Only this user can
  /// connect to a path. A socket file that a killed listener left behind is replaced; the file is
  /// removed at the end. Throws std::invalid_argument, or std::system_error as above.
  explicit Listener(std::string_view address);

  Listener(Listener&&) noexcept;
  Listener& operator=(Listener&&) noexcept;
  ~Listener();

  /// Waits for the next client, without a time limit. Throws std::system_error when out of
  /// descriptors or memory.
  Stream accept();

  /// The TCP port; 0 for a UNIX socket.
  std::uint16_t port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sock
