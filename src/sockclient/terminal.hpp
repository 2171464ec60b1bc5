#pragma once

#include <termios.h>

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "line_view.hpp"

namespace sockclient {

/// The terminal on stdin and stdout, for a program that edits lines on it: keys come one by one and
/// without echo. The original settings are restored at the end and on request. Thread-safe, except
/// ask_column().
class Terminal {
 public:
  Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() { leave({}); }

  /// From now on the terminal is wanted; it is taken over when the program is in the foreground.
  void take_over() noexcept;
  void resume() noexcept;
  void give_back() noexcept;

  /// For good, with last words if it is ours. Waits for nothing: a terminal that takes nothing now
  /// (Ctrl-S) does not get them.
  void leave(std::string_view last_words) noexcept;

  /// The next key may be any: none is a signal.
  void quote(bool on) noexcept;

  bool is_wanted() const noexcept;
  bool in_foreground() const noexcept;
  Size size() const noexcept;

  /// In which column, from 0, the cursor is; nothing: it does not say. What is typed meanwhile is
  /// appended to `typed`.
  std::optional<std::size_t> ask_column(std::string& typed);

 private:
  void set(const termios& settings) noexcept;
  void set_for_editing(bool quoting) noexcept;

  mutable std::mutex mutex_;
  std::optional<termios> found_;
  bool is_wanted_ = false;
  bool is_taken_ = false;
};

/// Whether it understands the escape sequences of ECMA-48, as TERM says.
bool has_escape_sequences();

}  // namespace sockclient
