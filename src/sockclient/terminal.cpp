#include "terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "output.hpp"
#include "program/process.hpp"
#include "program/values.hpp"
#include "sock/wait.hpp"

namespace sockclient {
namespace {

constexpr std::chrono::milliseconds report_time{200};

}  // namespace

Terminal::Terminal() {
  termios settings{};
  if (::tcgetattr(STDIN_FILENO, &settings) == 0) found_ = settings;
}

void Terminal::take_over() noexcept {
  {
    const std::lock_guard lock(mutex_);
    is_wanted_ = found_.has_value();
  }
  resume();
}

void Terminal::resume() noexcept {
  const std::lock_guard lock(mutex_);
  if (!is_wanted_ || !in_foreground()) return;
  is_taken_ = true;
  set_for_editing(false);
}

void Terminal::give_back() noexcept {
  const std::lock_guard lock(mutex_);
  if (is_taken_ && in_foreground()) set(*found_);
  is_taken_ = false;
}

void Terminal::leave(std::string_view last_words) noexcept {
  if (!last_words.empty() && in_foreground()) {
    // O_NONBLOCK needs a new open file: stdout's own is shared with other processes.
    const int own = ::open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    pollfd out{own < 0 ? STDOUT_FILENO : own, POLLOUT, 0};
    const bool takes_it = ::poll(&out, 1, 0) > 0 && (out.revents & POLLOUT) != 0;
    if (takes_it && ::write(out.fd, last_words.data(), last_words.size()) < 0) last_words = {};
    ::close(own);
  }
  give_back();
  const std::lock_guard lock(mutex_);
  is_wanted_ = false;
}

void Terminal::quote(bool on) noexcept {
  const std::lock_guard lock(mutex_);
  if (is_taken_) set_for_editing(on);
}

bool Terminal::is_wanted() const noexcept {
  const std::lock_guard lock(mutex_);
  return is_wanted_;
}

bool Terminal::in_foreground() const noexcept {
  const pid_t owner = ::tcgetpgrp(STDIN_FILENO);
  return owner < 0 || owner == ::getpgrp();  // true without job control too
}

Size Terminal::size() const noexcept {
  winsize size{};
  ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
  if (size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

std::optional<std::size_t> Terminal::ask_column(std::string& typed) {
  write_out("\x1b[6n");
  const auto deadline = sock::Clock::now() + report_time;
  std::string more;
  while (sock::wait_for(STDIN_FILENO, POLLIN, deadline) && read_input(more)) {
    typed += more;
    for (auto at = typed.find("\x1b["); at != typed.npos; at = typed.find("\x1b[", at + 1)) {
      const auto end = typed.find_first_not_of("0123456789;", at + 2);
      if (end == typed.npos || typed[end] != 'R') continue;
      const auto before = typed.rfind(';', end) + 1;
      const auto column = program::parse_number(typed.substr(before, end - before));
      typed.erase(at, end + 1 - at);
      if (column && *column > 0) return *column - 1;
    }
  }
  return std::nullopt;
}

// Blocks SIGTTOU: if the terminal was lost since the caller's check, the program must not stop.
void Terminal::set(const termios& settings) noexcept {
  sigset_t one;
  sigset_t before;
  ::sigemptyset(&one);
  ::sigaddset(&one, SIGTTOU);
  ::pthread_sigmask(SIG_BLOCK, &one, &before);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &settings);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

// CR and LF stay distinct; Ctrl-S, Ctrl-C and Ctrl-Z are left to the terminal.
void Terminal::set_for_editing(bool quoting) noexcept {
  termios silent = *found_;
  silent.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | IEXTEN | (quoting ? ISIG : 0));
  silent.c_iflag &= ~static_cast<tcflag_t>(ICRNL | INLCR | IGNCR | (quoting ? IXON : 0));
  silent.c_cc[VMIN] = 1;
  silent.c_cc[VTIME] = 0;
  set(silent);
}

// Checks that TERM has our cursor sequence; without terminfo, common names are accepted.
bool has_escape_sequences() {
  const std::string term = program::environment("TERM");
  if (term.empty() || term.find('/') != term.npos) return false;
  bool has_terminfo = false;
  for (const std::string folder : {"/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo"}) {
    has_terminfo = has_terminfo || std::filesystem::exists(folder);
    std::ifstream file(folder + '/' + term.front() + '/' + term, std::ios::binary);
    const std::string entry{std::istreambuf_iterator<char>(file), {}};
    if (entry.find("\x1b[%i%p1%d;%p2%dH") != entry.npos) return true;
  }
  return !has_terminfo && (term.starts_with("xterm") || term.starts_with("linux"));
}

}  // namespace sockclient
