#include "limits.hpp"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>

namespace sockserver {

std::uint64_t raise_limits() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
#if !defined(__SANITIZE_THREAD__)  // ThreadSanitizer needs more stack
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, 256 * 1024);
  ::pthread_setattr_default_np(&attributes);
  ::pthread_attr_destroy(&attributes);
#endif
  return files.rlim_max;
}

std::uint64_t descriptors_needed(const Options& options) {
  // A thread that serves a member of a room waits for its socket and for the other members.
  const bool has_room = std::any_of(options.doors.begin(), options.doors.end(),
                                    [](const DoorOptions& door) { return door.service->has_room; });
  const bool has_two = has_room && options.server.mode != sock::Mode::async;
  constexpr std::uint64_t closing = 64;  // closed connections that still wait for the client's end
  constexpr std::uint64_t refused = 64;
  std::uint64_t ours = 16 + 3 * options.server.loops;  // event loops, stdio
  for (const auto& door : options.doors) {
    const bool has_hosts = door.place.descriptor < 0 && door.place.path.empty();
    ours += has_hosts ? 2 * door.place.hosts.size() : 1;  // one for each family
  }
  return (options.server.max_connections + closing) * (has_two ? 2 : 1) + refused + ours;
}

}  // namespace sockserver
