#pragma once

#include <fcntl.h>

#include <utility>

namespace sock {

/// A socket that other processes may use too. They share its O_NONBLOCK flag (open(2)): this object
/// sets the flag during its life, and then restores it. Move-only. The owner closes the descriptor
/// after that.
class BorrowedSocket {
 public:
  BorrowedSocket() = default;  // none
  explicit BorrowedSocket(int fd) : fd_(fd), flags_(::fcntl(fd, F_GETFL)) { keep_non_blocking(); }
  BorrowedSocket(BorrowedSocket&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), flags_(other.flags_) {}
  BorrowedSocket& operator=(BorrowedSocket&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(flags_, other.flags_);
    return *this;
  }
  ~BorrowedSocket() { give_back(); }

  explicit operator bool() const { return fd_ >= 0; }

  /// Call it before a call that must not wait: another process may have cleared the flag.
  void keep_non_blocking() const noexcept {
    const int now = ::fcntl(fd_, F_GETFL);
    if ((now & O_NONBLOCK) == 0) ::fcntl(fd_, F_SETFL, now | O_NONBLOCK);
  }

  void give_back() noexcept {
    if (fd_ < 0) return;
    const int now = ::fcntl(fd_, F_GETFL);
    if ((flags_ & O_NONBLOCK) == 0) ::fcntl(fd_, F_SETFL, now & ~O_NONBLOCK);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
  int flags_ = 0;
};

}  // namespace sock
