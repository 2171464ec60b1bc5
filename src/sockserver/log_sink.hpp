#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "log_event.hpp"

namespace sockserver {

/// The destination of the log's lines: a descriptor that may be blocked, but must not block the
/// server.
///
/// Each line is one write, and no write blocks: lines that a full pipe, a stopped terminal or a
/// full disk does not accept are lost and counted; the count is logged in a line of its own before
/// the next accepted line. The flags of the descriptor, which other processes share, are not
/// changed: a pipe or a terminal is opened a second time to get its own non-blocking file
/// description, a socket gets MSG_DONTWAIT in every call. Only if it cannot be opened again, a line
/// costs a second call, poll.
///
/// A file on a full disk, or at its size limit (SIGXFSZ must be ignored), may accept a part of a
/// line: that line is lost, and the next one begins with a line end.
///
/// Thread-safe. Writes to a file or a pipe need no lock: the system keeps each in one piece (up to
/// PIPE_BUF). Writes to a terminal or a socket may be partial and need one; the rest is written
/// first.
class LogSink {
 public:
  /// Writes into the line how many lines are lost.
  using TellLost = std::function<void(LogLine&, std::uint64_t lost)>;

  LogSink(int fd, TellLost tell_lost);
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;
  ~LogSink();

  /// Writes whole lines with their ends, at most LogLine::longest bytes.
  void write(std::string_view text) noexcept;

 private:
  enum class Way { write, send, poll_and_write };

  void lose(std::string_view text) noexcept;
  std::size_t put(std::string_view text) noexcept;
  bool put_in_turn(std::string_view text) noexcept;
  std::size_t try_write(std::string_view text) const noexcept;

  const TellLost tell_lost_;
  int fd_;
  bool is_own_ = false;  // fd_ was opened here
  Way way_ = Way::write;
  bool takes_parts_ = false;  // of a line: then `mutex_` and `rest_` are used
  std::mutex mutex_;
  std::string rest_;  // the rest of a line that was written in part
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<bool> is_torn_{false};  // the last line in a file has no line end
};

}  // namespace sockserver
