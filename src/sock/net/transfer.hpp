#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace sock {

/// What one call of recv(2) or send(2) did.
struct Transfer {
  enum class Result {
    done,         ///< `bytes` were moved
    would_block,  ///< nothing can be moved now (or within the socket's time)
    ended,        ///< receive: the peer sends no more
    lost,         ///< any error: nothing can be moved any more
  };
  Result result = Result::done;
  std::size_t bytes = 0;
};

enum class Waiting { no, yes };  ///< whether a call may wait, as long as the socket's options say

/// They do not raise SIGPIPE, and a signal does not end them.
Transfer receive(int fd, std::span<char> buffer, Waiting waiting);
Transfer send(int fd, std::string_view bytes, Waiting waiting);

}  // namespace sock
