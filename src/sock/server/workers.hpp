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
/// leaves the loop to another thread, and serves the client itself.
///
/// So a new client waits until a sleeping thread wakes up, and not until a busy processor runs a
/// new thread for the first time. A few idle threads are kept. No thread is detached.
class Workers {
 public:
  using Client = std::shared_ptr<ThreadConnection>;

  struct Host {
    /// Waits for one event of the loop and handles it. Returns false if the loop has been stopped.
    std::function<bool()> run_one;
    /// Called if there is no thread for this client.
    std::function<void(Client)> refuse;
    /// Whether more clients may come.
    std::function<bool()> is_accepting;
  };

  /// `alone`: there is one thread, and the loop does not run while it serves (mode `blocking`).
  Workers(EventLoop& loop, Host host, bool alone);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// Runs on the calling thread and others, until the loop has been stopped and all have ended.
  void run();

  /// Serves a client. Call it on the thread that runs the loop.
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
  Client client_;                       // the leader serves it itself
  std::mutex mutex_;
  std::condition_variable turn_, all_left_;
  bool has_leader_ = true;
  bool is_over_ = false;
  std::size_t idle_ = 0;
  std::list<std::thread> running_, finished_;
};

}  // namespace sock
