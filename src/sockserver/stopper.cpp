#include "stopper.hpp"

#include <csignal>
#include <cstdlib>

Stopper::Stopper(Log& log) : log_(log), thread_({SIGINT, SIGTERM}, [this](int s) { take(s); }) {}

void Stopper::watch(sock::Server& server) {
  const std::lock_guard lock(mutex_);
  server_ = &server;
  if (signals_ > 0) server.stop();
}

void Stopper::forget() {
  const std::lock_guard lock(mutex_);
  server_ = nullptr;
}

void Stopper::take(int signal) {
  const char* name = signal == SIGINT ? "SIGINT" : "SIGTERM";
  const std::lock_guard lock(mutex_);
  ++signals_;
  if (server_ == nullptr) {
    if (was_cut()) std::_Exit(130);  // still looking up an address, perhaps
  } else if (was_cut()) {
    log_.cutting(name);
    server_->cut();
  } else {
    log_.stopping(name, server_->totals().active);
    server_->stop();
  }
}
