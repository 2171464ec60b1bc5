#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "net/socket_address.hpp"
#include "sock/wait.hpp"

namespace sock {

// UNIX sockets (unix(7)). A path that begins with `@` is an abstract name: it has no file.

/// Throws std::system_error, errc::filename_too_long, which names the address. A peer's path may be
/// one byte longer than longest_path, which is the room for its NUL (unix(7), BUGS).
SocketAddress local_address(const std::string& path);

/// The file of a listening socket. Move-only; at the end of its life the file is removed, if it is
/// still ours. The socket is closed after that: while it is open, no other file has its inode.
class SocketFile {
 public:
  SocketFile() = default;  // none
  /// The file that is there now is ours.
  explicit SocketFile(std::string path);
  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&& other) noexcept;
  ~SocketFile() { remove(); }

  /// Does not wait, not even for a folder that another process has locked.
  void remove() noexcept;

 private:
  std::string path_;  // empty: nothing is to be removed
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

/// Binds the socket to `path` and listens. A socket file at which nobody answers is taken over;
/// nothing else is. `permissions` are those of the file from its first moment on, whatever the
/// umask. Throws std::system_error: `cannot listen on unix:PATH: reason`.
SocketFile listen_at(int fd, const std::string& path, std::uint32_t permissions, int backlog);

/// Binds a socket for datagrams to `path`, in the same way.
SocketFile bind_at(int fd, const std::string& path, std::uint32_t permissions);

/// Before a close: what has come is thrown away, and no more can come. The peer would take an end
/// with its own words unread for a reset.
void discard_input(int fd) noexcept;

/// Connects the socket, which waits in its calls, before the deadline. 0, or the reason (errno).
int connect_to(int fd, const std::string& path, Clock::time_point deadline);

}  // namespace sock
