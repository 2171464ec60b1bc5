#include "stopper.hpp"

#include <csignal>
#include <cstdlib>

namespace sockserver {
namespace {

const char* name_of(int signal) { return signal == SIGINT ? "SIGINT" : "SIGTERM"; }

}  // namespace

Stopper::Stopper(Log& log)
    : log_(log), thread_({SIGINT, SIGTERM, SIGUSR1}, [this](int signal) { take(signal); }) {}

Stopper::Watch::Watch(Stopper& stopper, sock::Server& server) : stopper_(stopper) {
  const std::lock_guard lock(stopper_.mutex_);
  stopper_.server_ = &server;
  if (stopper_.totals_wanted_) stopper_.tell_totals();
  if (stopper_.signals_ > 0) stopper_.stop(stopper_.first_signal_);
}

Stopper::Watch::~Watch() {
  const std::lock_guard lock(stopper_.mutex_);
  stopper_.server_ = nullptr;
}

void Stopper::take(int signal) {
  const std::lock_guard lock(mutex_);
  if (signal != SIGUSR1) return take_end(signal);
  totals_wanted_ = true;
  if (server_ != nullptr) tell_totals();
}

void Stopper::tell_totals() {
  totals_wanted_ = false;
  log_.totals_so_far(server_->totals());
}

void Stopper::take_end(int signal) {
  if (++signals_ == 1) first_signal_ = signal;
  if (server_ == nullptr) {
    if (was_cut()) std::_Exit(130);  // still looking up an address, perhaps
  } else if (was_cut()) {
    log_.cutting(name_of(signal));
    server_->cut();
  } else {
    stop(signal);
  }
}

void Stopper::stop(int signal) {
  log_.stopping(name_of(signal), server_->totals().active);
  server_->stop();
}

}  // namespace sockserver
