#pragma once

#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "sock/server.hpp"
#include "sock/stream.hpp"
#include "support/recorder.hpp"

/// A server on a free port of this machine, run by a thread of its own; stopped and joined at the
/// end of its life.
class RunningServer {
 public:
  /// Without an `observer` the recorder is it.
  explicit RunningServer(std::unique_ptr<sock::Service> service, sock::ServerOptions options = {},
                         sock::Observer* observer = nullptr)
      : server(std::move(options), std::move(service), observer != nullptr ? observer : &recorder),
        thread_([this] {
          server.run();
          ended_ = true;
        }) {}
  explicit RunningServer(const char* service, sock::ServerOptions options = {},
                         sock::MessageOptions messages = {})
      : RunningServer(sock::find_service(service)->make(std::move(messages)), std::move(options)) {}
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;
  ~RunningServer() {
    server.cut();
    join();
  }

  sock::Stream connect() { return sock::Stream::connect("127.0.0.1", server.port()); }
  bool has_ended() const { return ended_; }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  Recorder recorder;
  sock::Server server;

 private:
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

/// Everything that comes until the peer ends.
inline std::string read_all(sock::Stream& stream) {
  std::string all;
  for (std::string piece = stream.receive(); !piece.empty(); piece = stream.receive()) {
    all += piece;
  }
  return all;
}

/// Exactly so many bytes, fewer if the peer ends before.
inline std::string read_exactly(sock::Stream& stream, std::size_t size) {
  std::string all;
  while (all.size() < size) {
    const std::string piece = stream.receive(size - all.size());
    if (piece.empty()) break;
    all += piece;
  }
  return all;
}

/// Closes with a reset instead of an end of stream.
inline void reset(sock::Stream& stream) {
  const linger at_once{1, 0};
  ::setsockopt(stream.native_handle(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  stream.close();
}
