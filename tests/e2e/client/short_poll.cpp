// To be preloaded: poll(2) with the longest timeout that it has, 24.8 days, ends at once.

#include <dlfcn.h>
#include <poll.h>

#include <climits>

extern "C" int poll(pollfd* all, nfds_t count, int timeout) {
  static const auto real = reinterpret_cast<decltype(&poll)>(::dlsym(RTLD_NEXT, "poll"));
  return real(all, count, timeout == INT_MAX ? 1 : timeout);
}
