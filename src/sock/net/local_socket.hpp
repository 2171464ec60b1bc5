#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "net/socket_address.hpp"
#include "sock/wait.hpp"

namespace sock {

// UNIX sockets (unix(7)). A path that begins with `@` is an abstract name: it has no file.

/// Throws std::system_error (errc::filename_too_long), which names the address. A peer's path may
/// be one byte longer than longest_path: it then has no room for a NUL (unix(7), BUGS).
SocketAddress local_address(const std::string& path);

/// The file of a bound socket. Move-only; the destructor removes the file if it is still ours.
/// Close the socket after that: while it is open, no other file has its inode.
class SocketFile {
 public:
  SocketFile() = default;  // none
  /// Owns the file that is at `path` now.
  explicit SocketFile(std::string path);
  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&& other) noexcept;
  ~SocketFile() { remove(); }

  /// Does not wait, even if another process has locked the folder.
  void remove() noexcept;

 private:
  std::string path_;  // empty: no file to remove
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

/// Binds the socket to `path` and listens. A socket file that no socket uses any more is replaced;
/// no other file is. The file has `permissions`, whatever the umask, and at no moment more.
/// Throws std::system_error: `cannot listen on unix:PATH: reason`.
SocketFile listen_at(int fd, const std::string& path, std::uint32_t permissions, int backlog);

/// Binds a socket for datagrams to `path`, in the same way.
SocketFile bind_at(int fd, const std::string& path, std::uint32_t permissions);

/// Call it before a close: discards the unread bytes and lets no more come. With unread bytes, the
/// peer would get a reset instead of an end of stream.
void discard_input(int fd) noexcept;

/// Connects a blocking socket before the deadline. Returns 0 or the errno.
int connect_to(int fd, const std::string& path, Clock::time_point deadline);

}  // namespace sock
