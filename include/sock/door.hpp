#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sock/endpoint.hpp"
#include "sock/faults.hpp"
#include "sock/service.hpp"
#include "sock/tls.hpp"

namespace sock {

/// Where clients connect, and which service they get. A door is a TCP or UDP address, a UNIX
/// socket, or a socket that another process opened and handed over.
struct Door {
  /// Doors with the same service share its state, for example a chat room. Service says when
  /// several calls of open() can come at once.
  std::shared_ptr<Service> service;

  std::vector<std::string> hosts{"localhost"};  ///< names, addresses, or "*" for all
  std::uint16_t port = 0;                       ///< 0: any free port, the same for all hosts
  Family family = Family::any;

  /// A UNIX socket, instead of hosts, port and family: its path, or `@NAME` for an abstract name;
  /// at most longest_path bytes. A socket file that no process uses any more is replaced. The file
  /// is removed when the server ends, unless another file has replaced it.
  std::string path{};
  std::uint32_t permissions = 0600;  ///< of that file: they decide which users can connect

  /// UDP: each datagram is one message (Session::on_datagram), and each answer is one datagram. The
  /// service must support datagrams (Service::takes_datagrams).
  bool datagrams = false;

  /// Faults to inject for clients of this door. UNIX sockets allow all but `reset`; datagrams only
  /// `mute`, `flip` and `share` (a share of the peers).
  Faults faults{};

  /// TCP and UNIX: layers that a client must pass before the service. `proxy` requires a PROXY
  /// header within 5 s; then `tls` requires a handshake within 10 s (context:
  /// TlsContext::for_server()).
  bool proxy = false;
  std::shared_ptr<const TlsContext> tls{};

  /// Instead of an address: a TCP or UNIX socket that already listens, or a bound UDP socket. The
  /// server closes the descriptor at the end. It never shuts the socket down and changes no options
  /// of a listening socket, so that other processes can go on using it; but the socket is
  /// non-blocking (O_NONBLOCK) while the server accepts. -1: none.
  int descriptor = -1;
};

}  // namespace sock
