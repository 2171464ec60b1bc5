#include "stopper.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <vector>

namespace sockserver {
namespace {

const char* name_of(int signal) {
  switch (signal) {
    case SIGINT:
      return "SIGINT";
    case SIGHUP:
      return "SIGHUP";
    default:
      return "SIGTERM";
  }
}

std::vector<int> signals_taken() {
  std::vector<int> signals{SIGINT, SIGTERM, SIGUSR1};
  if (!program::is_ignored(SIGHUP)) signals.push_back(SIGHUP);
  return signals;
}

}  // namespace

Stopper::Stopper(Log& log, const ServiceManager& manager)
    : log_(log),
      manager_(manager),
      thread_(signals_taken(), [this](int signal) { take(signal); }) {}

Stopper::Watch::Watch(Stopper& stopper, sock::Server& server) : stopper_(stopper) {
  const std::lock_guard lock(stopper_.mutex_);
  stopper_.server_ = &server;
  if (stopper_.totals_wanted_) stopper_.tell_totals();
  if (stopper_.first_signal_ != 0) stopper_.stop();
}

Stopper::Watch::~Watch() {
  const std::lock_guard lock(stopper_.mutex_);
  stopper_.server_ = nullptr;
}

void Stopper::take(int signal) {
  const std::lock_guard lock(mutex_);
  if (signal == SIGUSR1) {
    totals_wanted_ = true;
    if (server_ != nullptr) tell_totals();
    return;
  }
  switch (signals_.take(std::chrono::steady_clock::now())) {
    case StopSignals::Meaning::stop:
      first_signal_ = signal;
      if (server_ != nullptr) stop();
      break;
    case StopSignals::Meaning::cut:
      if (server_ == nullptr) std::_Exit(130);  // the server may still be looking up an address
      was_cut_ = true;
      log_.cutting(name_of(signal));
      server_->cut();
      break;
    case StopSignals::Meaning::nothing:
      break;
  }
}

void Stopper::tell_totals() {
  totals_wanted_ = false;
  log_.totals_so_far(server_->totals());
}

void Stopper::stop() {
  log_.stopping(name_of(first_signal_), server_->totals().active);
  server_->stop();
  manager_.tell("STOPPING=1");
}

}  // namespace sockserver
