#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <span>
#include <string_view>

namespace sock {

/// What one call of recv(2) or send(2) did.
struct Transfer {
  enum class Result {
    done,         ///< `bytes` were moved
    would_block,  ///< nothing can be moved now (or within the socket's timeout)
    ended,        ///< receive: the peer sends no more
    lost,         ///< any error: nothing can be moved any more
  };
  Result result = Result::done;
  std::size_t bytes = 0;

  static Result failure(int error) {
    return error == EAGAIN || error == EWOULDBLOCK ? Result::would_block : Result::lost;
  }
};

enum class Waiting { no, yes };  ///< whether a call may wait, for the socket's timeout at most

/// The calls for every message. They do not raise SIGPIPE, and a signal does not end them.
inline Transfer receive(int fd, std::span<char> buffer, Waiting waiting) {
  const int flags = waiting == Waiting::yes ? 0 : MSG_DONTWAIT;
  for (;;) {
    const auto bytes = ::recv(fd, buffer.data(), buffer.size(), flags);
    if (bytes > 0) return {Transfer::Result::done, static_cast<std::size_t>(bytes)};
    if (bytes == 0) return {Transfer::Result::ended};
    if (errno != EINTR) return {Transfer::failure(errno)};
  }
}

inline Transfer send(int fd, std::string_view bytes, Waiting waiting) {
  const int flags = MSG_NOSIGNAL | (waiting == Waiting::yes ? 0 : MSG_DONTWAIT);
  for (;;) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), flags);
    if (sent >= 0) return {Transfer::Result::done, static_cast<std::size_t>(sent)};
    if (errno != EINTR) return {Transfer::failure(errno)};
  }
}

}  // namespace sock
