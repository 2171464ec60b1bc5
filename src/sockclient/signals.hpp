#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <utility>

#include "program/process.hpp"
#include "terminal.hpp"

namespace sockclient {

/// The signals that would end the program end it with status 128 and their number, whatever it is
/// doing and whatever the terminal is: that gets back the settings that it had. Those that were
/// ignored at the start (nohup) still are. In the background a program that wants the terminal
/// stands still. While lines are being edited, SIGWINCH, SIGTSTP and SIGCONT are told to the
/// editor. Build it before any other thread; the terminal must outlive it.
class Signals {
 public:
  explicit Signals(Terminal& terminal);
  ~Signals();

  /// Takes the terminal over; stops the program first if it was started in the background.
  void take_over();

  /// For poll(2): a signal has come for the editor.
  int descriptor() const { return wake_; }

  /// What has come since the last call.
  struct Taken {
    bool stop = false;
    bool go_on = false;  ///< the screen may have been used by others
  };
  Taken take();

  /// Stops the program, as Ctrl-Z asks for, and comes back when it is continued in the foreground.
  void suspend();

  /// As long as it lives, SIGINT and SIGTERM end the program with the status that `end` returns,
  /// which is called on the thread of the signals. While that goes on, the destructor waits.
  class End {
   public:
    End(Signals& signals, std::function<int()> end) : signals_(signals) {
      signals_.end_with(std::move(end));
    }
    End(const End&) = delete;
    End& operator=(const End&) = delete;
    ~End() { signals_.end_with({}); }

   private:
    Signals& signals_;
  };

  /// From now on `last_words` are written to stdout when a signal ends the program; nullptr: none.
  /// They must live as long as the program.
  void edit(const char* last_words) { last_words_ = last_words; }

 private:
  void on_signal(int signal);
  void end_with(std::function<int()> end);
  int status_of_end(int signal);

  Terminal& terminal_;
  std::atomic<const char*> last_words_ = nullptr;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> go_on_ = false;
  std::atomic<bool> is_suspended_ = false;  // by suspend(), whose caller knows
  int wake_;
  std::mutex end_mutex_;
  std::function<int()> end_;
  program::SignalThread thread_;
};

}  // namespace sockclient
