#include "signals.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>
#include <string_view>

#include "failure.hpp"

namespace {

std::optional<termios> terminal_settings() {
  termios settings{};
  if (::tcgetattr(STDIN_FILENO, &settings) != 0) return std::nullopt;
  return settings;
}

}  // namespace

Signals::Signals()
    : settings_(terminal_settings()),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_({SIGINT, SIGTERM, SIGWINCH, SIGTSTP}, [this](int signal) { on_signal(signal); }) {}

Signals::~Signals() { ::close(wake_); }

Signals::Taken Signals::take() {
  eventfd_t count = 0;
  ::eventfd_read(wake_, &count);
  return {resize_.exchange(false), stop_.exchange(false)};
}

void Signals::on_signal(int signal) {
  const char* const last_words = last_words_;
  if (signal == SIGINT || signal == SIGTERM) {
    if (last_words != nullptr) {
      program::write_all(STDOUT_FILENO, last_words);
      if (settings_) ::tcsetattr(STDIN_FILENO, TCSANOW, &*settings_);
    }
    ::_exit(128 + signal);
  }
  if (last_words == nullptr) {
    if (signal == SIGTSTP) ::kill(::getpid(), SIGSTOP);
    return;
  }
  (signal == SIGWINCH ? resize_ : stop_) = true;
  ::eventfd_write(wake_, 1);
}
