#include "net/local_socket.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstddef>
#include <system_error>
#include <thread>
#include <utility>

#include "net/descriptor.hpp"
#include "net/system_error.hpp"
#include "sock/address.hpp"

namespace sock {
namespace {

bool is_abstract(const std::string& path) { return path.starts_with('@'); }

// Held while a socket file is made or removed: if two servers find the same stale file, the second
// must not remove the new file of the first. A folder that cannot be read or locked, or that
// another process keeps locked for longer than `patience`, is used without the lock.
class FolderLock {
 public:
  FolderLock(const std::string& path, Clock::duration patience)
      : folder_(::open(folder_of(path).c_str(), flags)) {
    using namespace std::chrono_literals;
    if (!folder_) return;
    const auto deadline = Clock::now() + patience;
    while (::flock(folder_.get(), LOCK_EX | LOCK_NB) != 0) {
      if ((errno != EWOULDBLOCK && errno != EINTR) || Clock::now() >= deadline) return;
      std::this_thread::sleep_for(1ms);
    }
  }  // closing the folder unlocks it

 private:
  static constexpr int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

  static std::string folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == path.npos) return ".";
    return path.substr(0, std::max<std::size_t>(slash, 1));
  }

  Descriptor folder_;
};

[[noreturn]] void cannot_listen(const std::string& path, int error, const std::string& note = {}) {
  throw NotedError({error, std::system_category()}, "cannot listen on unix:" + path, note);
}

bool bind(int fd, const std::string& path) {
  const auto address = local_address(path);
  return ::bind(fd, address.data(), address.size) == 0;
}

// Whether no socket has the file any more: a server that was killed left it behind. The probe is a
// datagram socket, so that it is never a client: a stream socket, even one that does not listen
// yet, answers EPROTOTYPE and does not notice the probe.
bool is_stale(const std::string& path) {
  const Descriptor probe(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto address = local_address(path);
  return ::connect(probe.get(), address.data(), address.size) != 0 && errno == ECONNREFUSED;
}

void bind_to_file(int fd, const std::string& path) {
  if (bind(fd, path)) return;
  if (errno != EADDRINUSE) cannot_listen(path, errno);
  struct stat found = {};
  if (::lstat(path.c_str(), &found) == 0) {
    if (!S_ISSOCK(found.st_mode)) cannot_listen(path, EADDRINUSE, " (by a file that is no socket)");
    if (!is_stale(path)) cannot_listen(path, EADDRINUSE);
    ::unlink(path.c_str());
  }
  if (!bind(fd, path)) cannot_listen(path, errno);
}

// `then` runs last and may fail: it returns 0 or the errno.
template <typename Then>
SocketFile make_file(int fd, const std::string& path, std::uint32_t permissions, Then then) {
  using namespace std::chrono_literals;
  if (path.size() > longest_path) cannot_listen(path, ENAMETOOLONG);
  if (is_abstract(path)) {
    if (!bind(fd, path)) cannot_listen(path, errno);
    if (const int error = then()) cannot_listen(path, error);
    return {};
  }
  const FolderLock lock(path, 1s);
  // The file gets the socket's permissions less the umask, so no other user can connect meanwhile.
  ::fchmod(fd, permissions);
  bind_to_file(fd, path);
  const int error = ::chmod(path.c_str(), permissions) != 0 ? errno : then();
  if (error != 0) {
    ::unlink(path.c_str());
    cannot_listen(path, error);
  }
  return SocketFile(path);
}

}  // namespace

SocketAddress local_address(const std::string& path) {
  SocketAddress address;
  auto& local = reinterpret_cast<sockaddr_un&>(address.storage);
  constexpr std::size_t room = sizeof local.sun_path;
  if (path.size() > room) {
    throw std::system_error(std::make_error_code(std::errc::filename_too_long), "unix:" + path);
  }
  local.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), std::begin(local.sun_path));
  if (is_abstract(path)) local.sun_path[0] = '\0';
  const std::size_t end = is_abstract(path) ? 0 : 1;  // a path's NUL, if there is room for it
  const auto size = offsetof(sockaddr_un, sun_path) + std::min(path.size() + end, room);
  address.size = static_cast<socklen_t>(size);
  return address;
}

SocketFile::SocketFile(std::string path) {
  struct stat found = {};
  if (::lstat(path.c_str(), &found) != 0) return;
  path_ = std::move(path);
  device_ = found.st_dev;
  inode_ = found.st_ino;
}

SocketFile::SocketFile(SocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}

SocketFile& SocketFile::operator=(SocketFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(device_, other.device_);
  std::swap(inode_, other.inode_);
  return *this;
}

void SocketFile::remove() noexcept try {
  if (path_.empty()) return;
  const FolderLock lock(path_, {});
  struct stat found = {};
  const bool is_ours =
      ::lstat(path_.c_str(), &found) == 0 && found.st_dev == device_ && found.st_ino == inode_;
  if (is_ours) ::unlink(path_.c_str());
  path_.clear();
} catch (const std::exception&) {  // no memory for the folder's name: the file stays behind
}

SocketFile listen_at(int fd, const std::string& path, std::uint32_t permissions, int backlog) {
  return make_file(fd, path, permissions, [fd, backlog] {
    const int most = backlog > 0 ? backlog : INT_MAX;  // the system reduces it to its own limit
    return ::listen(fd, most) == 0 ? 0 : errno;
  });
}

SocketFile bind_at(int fd, const std::string& path, std::uint32_t permissions) {
  return make_file(fd, path, permissions, [] { return 0; });
}

void discard_input(int fd) noexcept {
  ::shutdown(fd, SHUT_RD);
  std::array<char, 4096> unread{};
  while (::recv(fd, unread.data(), unread.size(), MSG_DONTWAIT) > 0) continue;
}

// Uses a blocking connect() with a timeout: a non-blocking one fails at once if the backlog is
// full.
int connect_to(int fd, const std::string& path, Clock::time_point deadline) {
  using namespace std::chrono;
  const auto address = local_address(path);
  for (;;) {
    timeval time{};  // no limit
    if (deadline != no_deadline) {
      const auto left = std::max<microseconds>(duration_cast<microseconds>(deadline - Clock::now()),
                                               microseconds(1));
      time.tv_sec = static_cast<time_t>(left.count() / 1'000'000);
      time.tv_usec = static_cast<suseconds_t>(left.count() % 1'000'000);
    }
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
    const int result = ::connect(fd, address.data(), address.size);
    const int error = result == 0 ? 0 : errno;
    if (error == EINTR) continue;
    time = {};
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
    return error == EAGAIN ? ETIMEDOUT : error;
  }
}

}  // namespace sock
