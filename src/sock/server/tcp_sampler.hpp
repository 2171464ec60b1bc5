#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "server/tcp_observer.hpp"

namespace sock {

/// Looks at all TCP connections every 100 ms, because our own calls do not show what their peers
/// and the system do. One thread for all connections; it sleeps while there are none.
class TcpSampler {
 public:
  /// Throws std::system_error.
  TcpSampler();
  ~TcpSampler();
  TcpSampler(const TcpSampler&) = delete;
  TcpSampler& operator=(const TcpSampler&) = delete;

  /// Looks at `one` as long as it lives. From any thread. Throws std::bad_alloc.
  void add(const std::shared_ptr<TcpObserver>& one);

 private:
  void run();
  void look_at_all();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::weak_ptr<TcpObserver>> watched_;
  bool ending_ = false;
  std::vector<std::shared_ptr<TcpObserver>> in_turn_;  // for the thread only
  std::thread thread_;
};

}  // namespace sock
