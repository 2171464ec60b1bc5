#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <utility>

#include "program/process.hpp"
#include "terminal.hpp"

namespace sockclient {

/// Signals that would end the program end it with status 128 plus the signal's number, at any time
/// and in any state of the terminal, whose original settings are restored. Signals that were
/// ignored at the start (nohup) stay ignored. In the background, a program that wants the terminal
/// is stopped. During editing, SIGWINCH, SIGTSTP and SIGCONT are passed to the editor. Construct it
/// before any other thread; the terminal must outlive it.
class Signals {
 public:
  explicit Signals(Terminal& terminal);
  ~Signals();

  /// Takes over the terminal; stops the program first if it was started in the background.
  void take_over();

  /// For poll(2): readable if a signal has come for the editor.
  int descriptor() const { return wake_; }

  /// The signals since the last call.
  struct Taken {
    bool stop = false;
    bool go_on = false;  ///< other programs may have used the screen
  };
  Taken take();

  /// Stops the program, as Ctrl-Z asks, and returns when it is continued in the foreground.
  void suspend();

  /// While it lives, SIGINT and SIGTERM end the program with the status that `end` returns. `end`
  /// is called on the signal thread; meanwhile the destructor waits.
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

  /// From now on, a signal that ends the program writes `last_words` to stdout; nullptr: none. The
  /// text must live until the program ends.
  void edit(const char* last_words) { last_words_ = last_words; }

 private:
  void on_signal(int signal);
  void end_with(std::function<int()> end);
  int status_of_end(int signal);

  Terminal& terminal_;
  std::atomic<const char*> last_words_ = nullptr;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> go_on_ = false;
  std::atomic<bool> is_suspended_ = false;  // by suspend(), whose caller needs no go_on
  int wake_;
  std::mutex end_mutex_;
  std::function<int()> end_;
  program::SignalThread thread_;
};

}  // namespace sockclient
