#pragma once

#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

#include "net/bind_hosts.hpp"
#include "net/borrowed_socket.hpp"
#include "net/local_socket.hpp"

namespace sock {

/// A listening socket, non-blocking, and its socket file.
struct ListenSocket {
  Descriptor fd;
  bool is_local = false;  ///< a UNIX socket
  bool nagle = false;     ///< if handed over: for accepted sockets
  SocketFile file{};
  BorrowedSocket borrowed{};  ///< if handed over: other processes may use it too

  bool is_shared() const { return static_cast<bool>(borrowed); }
  /// Removes the file first, if it is still ours.
  void close() noexcept;
};

struct ListenOptions {
  int backlog = 0;     ///< most connections waiting to be accepted; 0: the system's limit
  bool nagle = false;  ///< leave Nagle's algorithm on in accepted sockets
};

/// Listening sockets for every address of every host; see bind_hosts().
std::vector<ListenSocket> open_listeners(const BindRequest& request,
                                         const ListenOptions& options = {});

/// A listening UNIX socket; see listen_at(). `path` has at most longest_path bytes.
ListenSocket open_listener(const std::string& path, std::uint32_t permissions,
                           const ListenOptions& options = {});

/// Takes over a socket that already listens. Throws std::system_error if `fd` is no such socket.
ListenSocket take_listener(int fd, const ListenOptions& options = {});

/// Sets the options that an accepted socket did not inherit from `listener`: a UNIX socket inherits
/// none, and no options are set on a listener that other processes use too.
void prepare_accepted(int fd, const ListenSocket& listener);

/// Whether accepting failed for lack of descriptors or memory. Any other error is about one client
/// or its network: the next accept may succeed (accept(2), "Error handling").
bool is_out_of_resources(std::error_code ec);

}  // namespace sock
