#pragma once

#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

#include "net/bind_hosts.hpp"
#include "net/borrowed_socket.hpp"
#include "net/local_socket.hpp"

namespace sock {

/// A listening socket, non-blocking, and the file that goes with it.
struct ListenSocket {
  Descriptor fd;
  bool is_local = false;  ///< a UNIX socket
  bool nagle = false;     ///< of one that was handed over: what accepted sockets are to have
  SocketFile file{};
  BorrowedSocket borrowed{};  ///< it was handed over: other processes have it too

  bool is_shared() const { return static_cast<bool>(borrowed); }
  /// The file has gone then, if it was still ours.
  void close() noexcept;
};

struct ListenOptions {
  int backlog = 0;  ///< connections that can wait to be accepted; 0: as many as the system allows
  bool nagle = false;  ///< of accepted sockets: Nagle's algorithm is left on
};

/// Listening sockets for every address of every host; see bind_hosts().
std::vector<ListenSocket> open_listeners(const BindRequest& request,
                                         const ListenOptions& options = {});

/// A listening UNIX socket; see listen_at(). `path` is no longer than it can be.
ListenSocket open_listener(const std::string& path, std::uint32_t permissions,
                           const ListenOptions& options = {});

/// A socket that listens already; it is taken over. Throws std::system_error if it is none.
ListenSocket take_listener(int fd, const ListenOptions& options = {});

/// Gives a socket that `listener` has accepted what it did not inherit: a UNIX socket inherits
/// nothing, and nothing is set on a listener that other processes have too.
void prepare_accepted(int fd, const ListenSocket& listener);

/// Whether accepting failed for want of descriptors or memory. Any other error is about the one
/// client, or its network: the next may do better (accept(2), "Error handling").
bool is_out_of_resources(std::error_code ec);

}  // namespace sock
