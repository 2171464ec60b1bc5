#pragma once

#include <atomic>

#include "program/process.hpp"
#include "terminal.hpp"

namespace sockclient {

/// SIGINT and SIGTERM end the program, whatever it is doing: the terminal gets back the settings
/// that it had, and the exit status says it (130, 143). While lines are being edited, SIGWINCH and
/// SIGTSTP wait for the editor. Build it before any other thread; the terminal must outlive it.
class Signals {
 public:
  explicit Signals(Terminal& terminal);
  ~Signals();

  /// For poll(2): a signal has come for the editor.
  int descriptor() const { return wake_; }

  /// What has come since the last call.
  struct Taken {
    bool resize = false;
    bool stop = false;
  };
  Taken take();

  /// From now on `last_words` are written to stdout when a signal ends the program; nullptr: none.
  /// They must live as long as the program.
  void edit(const char* last_words) { last_words_ = last_words; }

 private:
  void on_signal(int signal);
  void suspend();

  Terminal& terminal_;
  std::atomic<const char*> last_words_ = nullptr;
  std::atomic<bool> resize_ = false;
  std::atomic<bool> stop_ = false;
  int wake_;
  program::SignalThread thread_;
};

}  // namespace sockclient
