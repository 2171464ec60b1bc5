#pragma once

#include <atomic>
#include <mutex>

#include "log.hpp"
#include "program/process.hpp"
#include "service_manager.hpp"
#include "sock/server.hpp"
#include "stop_signals.hpp"

namespace sockserver {

/// Ends the server on SIGINT, SIGTERM and, unless it was ignored at the start, SIGHUP: gracefully
/// at the first signal, at once at the second. Logs the totals so far on SIGUSR1. Tells the service
/// manager about a stop.
///
/// Construct it before any other thread, because it blocks these signals; they may come before the
/// server exists.
class Stopper {
 public:
  Stopper(Log& log, const ServiceManager& manager);

  /// While it lives, signals stop `server` or log its totals.
  class Watch {
   public:
    Watch(Stopper& stopper, sock::Server& server);
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch();

   private:
    Stopper& stopper_;
  };

  /// Whether a second signal came.
  bool was_cut() const { return was_cut_; }

 private:
  void take(int signal);
  void stop();
  void tell_totals();

  Log& log_;
  const ServiceManager& manager_;
  std::mutex mutex_;
  sock::Server* server_ = nullptr;
  StopSignals signals_;
  int first_signal_ = 0;
  bool totals_wanted_ = false;
  std::atomic<bool> was_cut_{false};
  program::SignalThread thread_;  // last: it uses the members above
};

}  // namespace sockserver
