#include "terminal.hpp"

#include <unistd.h>

namespace sockclient {

Terminal::Terminal() {
  termios settings{};
  if (::tcgetattr(STDIN_FILENO, &settings) == 0) settings_ = settings;
}

void Terminal::take_over() noexcept {
  if (!settings_) return;
  is_taken_ = true;
  resume();
}

void Terminal::restore() const noexcept {
  if (is_taken_) ::tcsetattr(STDIN_FILENO, TCSANOW, &*settings_);
}

void Terminal::resume() const noexcept {
  if (!is_taken_) return;
  termios silent = *settings_;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &silent);
}

}  // namespace sockclient
