#pragma once

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "sock/server.hpp"
#include "sock/stream.hpp"
#include "support/recorder.hpp"

/// The door of the servers under test: TCP or, with SOCK_TEST_DOOR=unix in the environment, a UNIX
/// socket. All guarantees hold for both.
inline bool meets_at_unix_door() {
  const char* const door = std::getenv("SOCK_TEST_DOOR");  // NOLINT(concurrency-mt-unsafe)
  return door != nullptr && std::string_view(door) == "unix";
}

/// Returns one such door, with a free port or name.
inline std::vector<sock::Door> door_of(std::shared_ptr<sock::Service> service,
                                       const sock::ServerOptions& options) {
  sock::Door door{.service = std::move(service)};
  door.hosts = options.hosts;
  door.port = options.port;
  static std::atomic<int> number = 0;
  if (meets_at_unix_door()) {
    door.path = "@sock-test-" + std::to_string(::getpid()) + "-" + std::to_string(++number);
  }
  return {std::move(door)};
}

/// Connects a client to the server's first door.
inline sock::Stream connect_to(const sock::Server& server) {
  const auto& first = server.endpoints().front();
  if (first.transport == sock::Transport::local) {
    return sock::Stream::connect(to_string(first));
  }
  return sock::Stream::connect("127.0.0.1", first.port);
}

/// A server on a free port of this machine, run by its own thread; stopped and joined in the
/// destructor.
class RunningServer {
 public:
  /// Without an `observer`, the recorder is used.
  explicit RunningServer(std::unique_ptr<sock::Service> service,
                         const sock::ServerOptions& options = {},
                         sock::Observer* observer = nullptr)
      : server(options, door_of(std::move(service), options),
               observer != nullptr ? observer : &recorder),
        thread_([this] {
          server.run();
          ended_ = true;
        }) {}
  /// A server with these doors.
  explicit RunningServer(std::vector<sock::Door> doors, const sock::ServerOptions& options = {},
                         sock::Observer* observer = nullptr)
      : server(options, std::move(doors), observer != nullptr ? observer : &recorder),
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

  sock::Stream connect() { return connect_to(server); }
  std::uint16_t port(std::size_t door) const { return server.endpoints(door).front().port; }
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

/// Reads until the peer ends.
inline std::string read_all(sock::Stream& stream) {
  std::string all;
  for (std::string piece = stream.receive(); !piece.empty(); piece = stream.receive()) {
    all += piece;
  }
  return all;
}

/// Reads exactly `size` bytes, or fewer if the peer ends before.
inline std::string read_exactly(sock::Stream& stream, std::size_t size) {
  std::string all;
  while (all.size() < size) {
    const std::string piece = stream.receive(size - all.size());
    if (piece.empty()) break;
    all += piece;
  }
  return all;
}

/// Whether everything written has reached the other end's system. A UNIX socket has no delay
/// between the two.
inline bool has_arrived(const sock::Stream& stream) {
  int waiting = 0;
  ::ioctl(stream.native_handle(), TIOCOUTQ, &waiting);
  return waiting == 0 || stream.remote().transport == sock::Transport::local;
}

/// More than one read takes, but no more than the system accepts if the client does not read.
inline std::size_t size_that_is_taken() { return meets_at_unix_door() ? 50'000 : 300'000; }

/// Closes with a reset instead of an end of stream. A UNIX socket sends a reset if it has unread
/// input.
inline void reset(sock::Stream& stream) {
  const linger at_once{1, 0};
  ::setsockopt(stream.native_handle(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  stream.close();
}
