#include "program/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>
#include <utility>

namespace program {
namespace {

int checked(int fd, const char* what) {
  if (fd < 0) throw std::system_error(errno, std::system_category(), what);
  return fd;
}

}  // namespace

void prepare_process() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    // The lowest free descriptor is this one: those below are open by now.
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
      // Whoever shares the descriptor with us has set it so.
      pollfd writable{fd, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

bool is_ignored(int signal) noexcept {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

SignalThread::SignalThread(const std::vector<int>& signals, std::function<void(int)> on_signal)
    : on_signal_(std::move(on_signal)),
      wake_(checked(::eventfd(0, EFD_CLOEXEC), "cannot make an eventfd")) {
  ::sigemptyset(&signals_);
  for (const int one : signals) ::sigaddset(&signals_, one);
  ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  taken_ = checked(::signalfd(-1, &signals_, SFD_CLOEXEC), "cannot make a signalfd");
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    ::close(taken_);
    ::close(wake_);
    throw std::system_error(error.code(), "cannot start a thread");
  }
}

SignalThread::~SignalThread() {
  ::eventfd_write(wake_, 1);
  thread_.join();
  ::close(taken_);
  ::close(wake_);
}

void SignalThread::run() {
  for (;;) {
    std::array<pollfd, 2> both{{{wake_, POLLIN, 0}, {taken_, POLLIN, 0}}};
    if (::poll(both.data(), both.size(), -1) < 0) continue;
    if (both[0].revents != 0) return;
    signalfd_siginfo info{};
    if (::read(taken_, &info, sizeof info) == sizeof info) {
      on_signal_(static_cast<int>(info.ssi_signo));
    }
  }
}

}  // namespace program
