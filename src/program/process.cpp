#include "program/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace program {

void prepare_process() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    // open() returns the lowest free descriptor, which is this one: the lower ones are open.
    if (::fcntl(fd, F_GETFD) < 0 && errno == EBADF) ::open("/dev/null", O_RDWR);
  }
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
}

bool write_all(int fd, std::string_view text) noexcept {
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      // Another process that shares the descriptor has set O_NONBLOCK.
      pollfd writable{fd, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

std::string environment(const char* name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the environment does not change
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_ignored(int signal) noexcept {
  struct sigaction action = {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

SignalThread::SignalThread(const std::vector<int>& signals, std::function<void(int)> on_signal)
    : first_(signals.front()), on_signal_(std::move(on_signal)) {
  ::sigemptyset(&signals_);
  for (const int one : signals) ::sigaddset(&signals_, one);
  ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    throw std::system_error(error.code(), "cannot start a thread");
  }
}

SignalThread::~SignalThread() {
  has_to_end_ = true;
  ::pthread_kill(thread_.native_handle(), first_);
  thread_.join();
}

void SignalThread::run() {
  for (int signal = 0; ::sigwait(&signals_, &signal) == 0 && !has_to_end_;) on_signal_(signal);
}

}  // namespace program
