#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sock/endpoint.hpp"
#include "sock/faults.hpp"
#include "sock/service.hpp"

namespace sock {

/// Where clients come in, and what serves them there: an address of TCP or UDP, a UNIX socket, or a
/// socket that was handed over.
struct Door {
  /// Doors that have the same one share what it owns, a chat room for example. But doors for
  /// datagrams are served by another thread: they share one with the others only if several threads
  /// may call its open() at once.
  std::shared_ptr<Service> service;

  std::vector<std::string> hosts{"localhost"};  ///< names, addresses, or "*": all
  std::uint16_t port = 0;                       ///< 0: any free one, for all hosts the same
  Family family = Family::any;

  /// Of a UNIX socket, in place of the three above; `@NAME` is an abstract name. A socket file at
  /// which nobody answers is taken over. It is removed when the server ends, if it is still ours.
  std::string path{};
  std::uint32_t permissions = 0600;  ///< of that file: who may connect

  /// UDP: each datagram is a message (Session::on_datagram), and its answer one too.
  bool datagrams = false;

  /// What goes wrong on purpose with clients that come in here. Of a UNIX socket, all but `reset`;
  /// of datagrams, `mute`, `flip` and `share` (of the peers).
  Faults faults{};

  /// In place of all above but the service and the faults: a socket of TCP or UNIX that listens
  /// already, or one of UDP that is bound. It is closed with the server, which never shuts it down:
  /// whoever else has it can go on. -1: none.
  int descriptor = -1;
};

}  // namespace sock
