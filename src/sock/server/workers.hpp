#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "server/event_loop.hpp"
#include "server/serve_blocking.hpp"

namespace sock {

/// Threads that take turns at an event loop: one of them runs it. When a client comes, that thread
/// leaves the loop to another, and serves the client itself.
///
/// So a newcomer waits for one sleeping thread to be woken, and not for a new thread to be given
/// its first share of a busy processor. A few idle threads are kept. No thread is detached.
class Workers {
 public:
  using Client = std::shared_ptr<ThreadConnection>;

  struct Host {
    /// Lets the loop handle one event, which is waited for. False: the loop has been stopped.
    std::function<bool()> run_one;
    /// There is no thread for this client.
    std::function<void(Client)> refuse;
    /// Whether more clients may come.
    std::function<bool()> is_accepting;
  };

  /// `alone`: there is one thread, and nobody runs the loop while it serves (mode `blocking`).
  Workers(EventLoop& loop, Host host, bool alone);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// On the calling thread and others, until the loop has been stopped and all have ended.
  void run();

  /// For the thread that runs the loop: a client is to be served.
  void add(Client client);

 private:
  enum class Stays { no, yes };

  void take_turns(Stays stays);
  Client lead();
  bool start(Client first);
  void finish(std::list<std::thread>::iterator self);
  void join_finished();

  EventLoop& loop_;
  const Host host_;
  const bool alone_;
  const std::shared_ptr<Served> wake_;  // lets the loop's thread look at what has finished
  Client client_;                       // the leader's: for itself
  std::mutex mutex_;
  std::condition_variable turn_, all_left_;
  bool has_leader_ = true;
  bool is_over_ = false;
  std::size_t idle_ = 0;
  std::list<std::thread> running_, finished_;
};

}  // namespace sock
