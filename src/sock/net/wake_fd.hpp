#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace sock {

/// A descriptor that one thread polls and others make readable.
class WakeFd {
 public:
  /// Throws std::system_error when out of descriptors.
  WakeFd() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (fd_ < 0) throw std::system_error(errno, std::system_category(), "cannot make an eventfd");
  }
  WakeFd(const WakeFd&) = delete;
  WakeFd& operator=(const WakeFd&) = delete;
  ~WakeFd() { ::close(fd_); }

  /// From any thread. Fails only when it is readable already.
  void notify() noexcept { ::eventfd_write(fd_, 1); }

  void clear() noexcept {
    eventfd_t count = 0;
    ::eventfd_read(fd_, &count);
  }

  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace sock
