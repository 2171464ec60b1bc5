#include "server_process.hpp"

#include <time.h>

#include <fstream>
#include <string>

#include "socket.hpp"

namespace load {
namespace {

// The CPU clock of a process ends with the process; a child may end while it is read.
double cpu_of_family(pid_t pid) {
  double seconds = 0;
  clockid_t clock{};
  timespec now{};
  if (::clock_getcpuclockid(pid, &clock) == 0 && ::clock_gettime(clock, &now) == 0) {
    seconds = static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
  }
  const std::string id = std::to_string(pid);
  std::ifstream children("/proc/" + id + "/task/" + id + "/children");
  for (pid_t child = 0; children >> child;) seconds += cpu_of_family(child);
  return seconds;
}

}  // namespace

double ServerProcess::cpu() const { return pid_ == 0 ? 0 : cpu_of_family(pid_); }

std::uint64_t ServerProcess::memory() const {
  if (pid_ == 0) return 0;
  std::ifstream file("/proc/" + std::to_string(pid_) + "/smaps_rollup");
  for (std::string word; file >> word;) {
    std::uint64_t kilobytes = 0;
    if (word == "Anonymous:" && file >> kilobytes) return kilobytes * 1024;
  }
  fail("the memory of the server cannot be read");
}

}  // namespace load
