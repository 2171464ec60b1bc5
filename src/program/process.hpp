#pragma once

#include <signal.h>

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace program {

/// To be called before anything else: opens the descriptors 0 to 2 on /dev/null where they are
/// closed, so that no socket becomes one of them, and ignores SIGPIPE and SIGXFSZ, so that writing
/// into a closed pipe, or beyond the limit of a file's size, is an error like any other.
void prepare_process();

/// Writes all of `text`, also to a descriptor that is set non-blocking. False: it cannot be
/// written, errno says why.
bool write_all(int fd, std::string_view text) noexcept;

/// A variable of the environment; empty: it is not there.
std::string environment(const char* name);

/// Whether the signal was already ignored when the program was started, as nohup(1) does with
/// SIGHUP.
bool is_ignored(int signal) noexcept;

/// Takes signals on a thread of its own, where any function may be called.
///
/// The signals, one at least, are blocked in the constructor, so build it before any other thread.
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
