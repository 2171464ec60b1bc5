#pragma once

#include <sys/types.h>

#include <cstdint>

namespace load {

/// The server as the system sees it. A process id of 0: nobody asked, all figures are 0.
class ServerProcess {
 public:
  explicit ServerProcess(pid_t pid) : pid_(pid) {}

  /// User and system time in seconds, of all threads, also those that have ended, and of the
  /// processes that it has started and that still run. To the nanosecond.
  double cpu() const;

  /// Its own memory in bytes: anonymous pages, so no code and no files.
  std::uint64_t memory() const;

 private:
  pid_t pid_;
};

}  // namespace load
