#include "signals.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "sock/wait.hpp"

namespace sockclient {
namespace {

// With the default action: it does not stop an orphaned process group (nothing could continue it).
void stop_by(int signal) {
  sigset_t one;
  ::sigemptyset(&one);
  ::sigaddset(&one, signal);
  ::pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
  ::raise(signal);
  ::pthread_sigmask(SIG_BLOCK, &one, nullptr);
}

}  // namespace

Signals::Signals(Terminal& terminal)
    : terminal_(terminal),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_(
          {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGTSTP, SIGCONT, SIGWINCH},
          [this](int signal) { on_signal(signal); }) {}

Signals::~Signals() { ::close(wake_); }

void Signals::take_over() {
  terminal_.take_over();
  if (!terminal_.in_foreground()) stop_by(SIGTTOU);
}

Signals::Taken Signals::take() {
  eventfd_t count = 0;
  ::eventfd_read(wake_, &count);
  return {stop_.exchange(false), go_on_.exchange(false)};
}

void Signals::suspend() {
  terminal_.give_back();
  is_suspended_ = true;
  stop_by(SIGTSTP);
  // In the background: wait until on_signal() has stopped the program again, or ended it.
  while (!terminal_.in_foreground()) {
    sock::wait_for(wake_, POLLIN, sock::no_deadline);
    eventfd_t count = 0;
    ::eventfd_read(wake_, &count);
  }
  terminal_.resume();
}

void Signals::end_with(std::function<int()> end) {
  const std::lock_guard lock(end_mutex_);
  end_ = std::move(end);
}

// The lock stays locked after the call, so that everything else stops.
int Signals::status_of_end(int signal) {
  std::unique_lock lock(end_mutex_);
  if (!end_ || (signal != SIGINT && signal != SIGTERM)) return 128 + signal;
  lock.release();
  return end_();
}

void Signals::on_signal(int signal) {
  if (program::is_ignored(signal)) return;
  const char* const last_words = last_words_;
  switch (signal) {
    case SIGWINCH:
      break;
    case SIGTSTP:
      if (last_words == nullptr) {
        terminal_.give_back();
        return stop_by(SIGTSTP);
      }
      stop_ = true;
      break;
    case SIGCONT:
      if (terminal_.is_wanted() && !terminal_.in_foreground()) return stop_by(SIGTTOU);
      terminal_.resume();
      go_on_ = !is_suspended_.exchange(false);
      break;
    default:
      terminal_.leave(last_words == nullptr ? "" : last_words);
      ::_exit(status_of_end(signal));
  }
  ::eventfd_write(wake_, 1);
}

}  // namespace sockclient
