#pragma once

#include <termios.h>

#include <atomic>
#include <optional>

namespace sockclient {

/// The settings of the terminal on stdin, for a program that is going to edit lines: gives back, at
/// the end and when told, what they were.
class Terminal {
 public:
  Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() { restore(); }

  /// What is typed before there is a prompt is not shown twice: echo is off, and the line editor
  /// will show it.
  void take_over() noexcept;

  /// Gives back the settings, if they were taken over, and takes them over again. Any thread may
  /// call them.
  void restore() const noexcept;
  void resume() const noexcept;

 private:
  std::optional<termios> settings_;
  std::atomic<bool> is_taken_ = false;
};

}  // namespace sockclient
