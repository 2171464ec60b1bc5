#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "log_event.hpp"

namespace sockserver {

/// Where the lines of the log go: a descriptor that may not take them, and must not make anyone
/// wait.
///
/// A line is one write, and no write waits: what a full pipe, a stopped terminal or a full disk
/// does not take is lost and counted, and the count is told in a line of its own before the next
/// line that is taken. The flags of the descriptor, which belong to others too, are left as they
/// are: a pipe or a terminal is opened a second time to have a description of its own that does not
/// wait, a socket can be asked in every call. Only where opening it again is not allowed does a
/// line cost a second call, poll.
///
/// A file on a full disk, or at its limit of size (SIGXFSZ has to be ignored), may take a part of a
/// line: that one is lost, and the next begins with a line end.
///
/// Thread-safe. Writes to a file or a pipe need no lock: the system keeps each in one piece (up to
/// PIPE_BUF). Those to a terminal, which may take a part, do; what is left of it goes out first.
class LogSink {
 public:
  /// Says in a line how many are lost.
  using TellLost = std::function<void(LogLine&, std::uint64_t lost)>;

  LogSink(int fd, TellLost tell_lost);
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;
  ~LogSink();

  /// Writes whole lines with their ends, LogLine::longest bytes at most.
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
  bool takes_parts_ = false;  // of a line; so one line at a time, and `rest_`
  std::mutex mutex_;
  std::string rest_;  // of a line of which a part was taken
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<bool> is_torn_{false};  // the last line in a file has no end
};

}  // namespace sockserver
