#pragma once

#include <sys/types.h>

#include <cstdint>

namespace load {

/// The server process as the system reports it. With process id 0, all figures are 0.
class ServerProcess {
 public:
  explicit ServerProcess(pid_t pid) : pid_(pid) {}

  /// User and system time in seconds, of all threads, including ended ones, and of running
  /// processes that it has started. To the nanosecond.
  double cpu() const;

  /// Its own memory in bytes: anonymous pages, without code and files.
  std::uint64_t memory() const;

 private:
  pid_t pid_;
};

}  // namespace load
