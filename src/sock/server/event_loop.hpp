#pragma once

#include <array>
#include <asio/io_context.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "net/tcp_socket.hpp"
#include "server/registry.hpp"
#include "server/speculation.hpp"
#include "server/traffic.hpp"
#include "sock/mailbox.hpp"
#include "sock/observer.hpp"

namespace sock {

/// Whom an event loop serves: goes on whenever it is its turn.
class Served {
 public:
  virtual ~Served() = default;
  /// On the loop's thread. Does what can be done without waiting. Does not throw.
  virtual void proceed() noexcept = 0;
};

/// An event loop, and what those that it serves share.
///
/// One thread runs it, and serves one client at a time. So one buffer of each kind is enough for
/// all of them: an idle client has none.
class EventLoop {
 public:
  /// What its clients are noted in and told to; both outlive it.
  EventLoop(Registry& noted_in, Observer& told) : registry(noted_in), observer(told) {
    prepare_for_sockets(context_);
  }
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Until nothing is waited for any more. What a handler throws leaves this; it can be called
  /// again then.
  void run() { context_.run(); }

  /// `one` goes on in the next turn, behind all that is ready now. From any thread. Throws
  /// std::bad_alloc.
  void soon(std::shared_ptr<Served> one);

  asio::io_context& context() { return context_; }

  Registry& registry;
  Observer& observer;

  // For the one that is being served; empty between two of them.
  std::array<char, read_size> in{};
  std::string out;
  std::vector<Mailbox::Line> lines;

  Speculation reading_again;

 private:
  void take_turn();

  std::mutex mutex_;
  std::vector<std::shared_ptr<Served>> next_;     // under the mutex
  std::vector<std::shared_ptr<Served>> current_;  // the loop's thread's
  asio::io_context context_{1};  // destroyed first: those who wait in it may use the others
};

}  // namespace sock
