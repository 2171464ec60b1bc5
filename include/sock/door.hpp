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

/// Where clients connect, and the service that they get there. A door is an address of TCP or UDP,
/// a UNIX socket, or a socket that another process has opened and handed over.
struct Door {
  /// Doors with the same service share what it owns, for example a chat room. But datagrams are
  /// served by a thread of their own: a service at doors of both kinds must allow that two threads
  /// call its open() at once.
  std::shared_ptr<Service> service;

  std::vector<std::string> hosts{"localhost"};  ///< names, addresses, or "*": all
  std::uint16_t port = 0;                       ///< 0: any free one, for all hosts the same
  Family family = Family::any;

  /// A UNIX socket, in place of the three above: its path, or `@NAME` for an abstract name; at most
  /// longest_path bytes. A socket file that no process uses any more is replaced. The file is
  /// removed when the server ends, unless another one has taken its place.
  std::string path{};
  std::uint32_t permissions = 0600;  ///< of that file: who may connect

  /// UDP: each datagram is a message (Session::on_datagram), and so is its answer. The service must
  /// take them (Service::takes_datagrams).
  bool datagrams = false;

  /// What goes wrong on purpose with clients that come in here. Of a UNIX socket, all but `reset`;
  /// of datagrams, `mute`, `flip` and `share` (of the peers).
  Faults faults{};

  /// TCP and UNIX: what a client has to get through before the service. First a proxy's header,
  /// which is required then, within 5 s; then TLS, within 10 s (made for a server).
  bool proxy = false;
  std::shared_ptr<const TlsContext> tls{};

  /// In place of where it listens: a socket of TCP or UNIX that listens already, or a bound one of
  /// UDP. The server closes its descriptor at the end. It never shuts the socket down, and leaves
  /// the options of a listening one as they were, so that other processes that have it can go on;
  /// but while the server accepts, that socket does not wait (O_NONBLOCK). -1: none.
  int descriptor = -1;
};

}  // namespace sock
