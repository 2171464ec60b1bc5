#pragma once

#include <signal.h>

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace program {

/// Must be called first: opens the descriptors 0 to 2 on /dev/null if they are closed, so that no
/// socket gets one of them, and ignores SIGPIPE and SIGXFSZ, so that writing to a closed pipe or
/// beyond a file's size limit is an ordinary error.
void prepare_process();

/// Writes all of `text`, also to a non-blocking descriptor. Returns false if it cannot be written;
/// errno has the reason.
bool write_all(int fd, std::string_view text) noexcept;

/// An environment variable; empty if it is not set.
std::string environment(const char* name);

/// Whether the signal was ignored when the program was started, as nohup(1) does with SIGHUP.
bool is_ignored(int signal) noexcept;

/// Handles signals on a thread of its own, where any function may be called.
///
/// The constructor blocks the signals (at least one), so construct it before any other thread.
/// `on_signal` is called on its thread, one signal at a time. The destructor joins; the signals
/// stay blocked.
class SignalThread {
 public:
  SignalThread(const std::vector<int>& signals, std::function<void(int)> on_signal);
  SignalThread(const SignalThread&) = delete;
  SignalThread& operator=(const SignalThread&) = delete;
  ~SignalThread();

 private:
  void run();

  const int first_;
  sigset_t signals_{};
  std::function<void(int)> on_signal_;
  std::atomic<bool> has_to_end_ = false;
  std::thread thread_;
};

}  // namespace program
