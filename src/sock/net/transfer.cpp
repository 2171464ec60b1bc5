#include "net/transfer.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace sock {
namespace {

Transfer failed() {
  const bool would_block = errno == EAGAIN || errno == EWOULDBLOCK;
  return {would_block ? Transfer::Result::would_block : Transfer::Result::lost};
}

}  // namespace

Transfer receive(int fd, std::span<char> buffer, Waiting waiting) {
  const int flags = waiting == Waiting::yes ? 0 : MSG_DONTWAIT;
  for (;;) {
    const auto bytes = ::recv(fd, buffer.data(), buffer.size(), flags);
    if (bytes > 0) return {Transfer::Result::done, static_cast<std::size_t>(bytes)};
    if (bytes == 0) return {Transfer::Result::ended};
    if (errno != EINTR) return failed();
  }
}

Transfer send(int fd, std::string_view bytes, Waiting waiting) {
  const int flags = MSG_NOSIGNAL | (waiting == Waiting::yes ? 0 : MSG_DONTWAIT);
  for (;;) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), flags);
    if (sent >= 0) return {Transfer::Result::done, static_cast<std::size_t>(sent)};
    if (errno != EINTR) return failed();
  }
}

}  // namespace sock
