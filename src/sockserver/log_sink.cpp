#include "log_sink.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <utility>

namespace sockserver {
namespace {

// Opens the same pipe or terminal with its own, non-blocking file description. Returns -1 if that
// is not allowed, or without /proc.
int open_again(int fd) {
  const std::string path = fmt::format("/proc/self/fd/{}", fd);
  return ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

bool is_ready(int fd) {
  pollfd ready{fd, POLLOUT, 0};
  return ::poll(&ready, 1, 0) != 0;
}

}  // namespace

LogSink::LogSink(int fd, TellLost tell_lost) : tell_lost_(std::move(tell_lost)), fd_(fd) {
  struct stat status = {};
  if (::fstat(fd, &status) != 0) return;
  const bool is_terminal = ::isatty(fd) != 0;
  takes_parts_ = is_terminal || S_ISSOCK(status.st_mode);
  if (S_ISSOCK(status.st_mode)) {
    way_ = Way::send;
  } else if (is_terminal || S_ISFIFO(status.st_mode)) {
    const int own = open_again(fd);
    is_own_ = own >= 0;
    if (is_own_) fd_ = own;
    if (!is_own_) way_ = Way::poll_and_write;
    takes_parts_ |= !is_own_;  // between poll and write, no other thread may use up the room
  }
}

LogSink::~LogSink() {
  if (is_own_) ::close(fd_);
}

void LogSink::write(std::string_view text) noexcept {
  const std::uint64_t lost = lost_ == 0 ? 0 : lost_.exchange(0);
  if (lost == 0) return lose(text.substr(put(text)));
  // One write, if it fits: a separate count could fill the last gap of a full pipe every time.
  LogLine first;
  if (is_torn_) first.append("\n");
  tell_lost_(first, lost);
  first.append("\n");
  const std::size_t told = first.text().size();
  const bool together = told + text.size() < LogLine::longest;
  if (together) first.append(text);
  const std::size_t taken = put(first.text());
  if (taken < told) lost_ += lost;
  if (together) {
    lose(first.text().substr(std::max(taken, told)));
  } else {
    lose(text.substr(taken < told ? 0 : put(text)));
  }
}

// Counts the lines that end in `text` as lost.
void LogSink::lose(std::string_view text) noexcept {
  if (!text.empty())
    lost_ += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

// Returns how many bytes are written, or kept to be written later.
std::size_t LogSink::put(std::string_view text) noexcept {
  if (takes_parts_) {
    const std::lock_guard lock(mutex_);
    return put_in_turn(text) ? text.size() : 0;
  }
  const std::size_t taken = try_write(text);
  const bool is_torn = taken == 0 ? is_torn_.load() : text[taken - 1] != '\n';
  if (is_torn != is_torn_) is_torn_ = is_torn;
  return taken;
}

// Returns false if the line is lost.
bool LogSink::put_in_turn(std::string_view text) noexcept {
  rest_.erase(0, try_write(rest_));
  if (!rest_.empty()) return false;
  const std::size_t taken = try_write(text);
  if (taken == 0) return false;
  try {
    rest_ = text.substr(taken);
    return true;
  } catch (const std::exception&) {  // out of memory
    return false;
  }
}

// Writes without blocking; returns how many bytes were written.
std::size_t LogSink::try_write(std::string_view text) const noexcept {
  if (text.empty() || (way_ == Way::poll_and_write && !is_ready(fd_))) return 0;
  ssize_t taken = 0;
  do {
    taken = way_ == Way::send ? ::send(fd_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                              : ::write(fd_, text.data(), text.size());
  } while (taken < 0 && errno == EINTR);
  return taken < 0 ? 0 : static_cast<std::size_t>(taken);
}

}  // namespace sockserver
