#include "signals.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>
#include <string_view>

#include "failure.hpp"

namespace sockclient {

Signals::Signals(Terminal& terminal)
    : terminal_(terminal),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_({SIGINT, SIGTERM, SIGWINCH, SIGTSTP}, [this](int signal) { on_signal(signal); }) {}

Signals::~Signals() { ::close(wake_); }

Signals::Taken Signals::take() {
  eventfd_t count = 0;
  ::eventfd_read(wake_, &count);
  return {resize_.exchange(false), stop_.exchange(false)};
}

void Signals::suspend() {
  terminal_.restore();
  ::kill(::getpid(), SIGSTOP);
  terminal_.resume();
}

void Signals::on_signal(int signal) {
  const char* const last_words = last_words_;
  if (signal == SIGINT || signal == SIGTERM) {
    if (last_words != nullptr) program::write_all(STDOUT_FILENO, last_words);
    terminal_.restore();
    ::_exit(128 + signal);
  }
  if (last_words == nullptr) {
    if (signal == SIGTSTP) suspend();
    return;
  }
  (signal == SIGWINCH ? resize_ : stop_) = true;
  ::eventfd_write(wake_, 1);
}

}  // namespace sockclient
