// A look-up that its caller can abandon.
//
// getaddrinfo() waits for silent name servers as long as resolv.conf(5) says, 10 s and more, and no
// call ends it earlier. (pthread_cancel() would leave its locks locked; getaddrinfo_a() is glibc's
// alone, and a request that is being worked on cannot be cancelled either.) So a separate thread
// makes the call, and the caller abandons it at the deadline. The thread is detached: a join would
// delay the end of the program for as long. This is safe because
//
// - the thread owns all that it uses: the name, and the result, whose last owner frees it;
// - it uses no static object of ours, so it may go on while exit() destroys them; it runs in the C
//   library, which stays intact until the process ends, and exit() does not wait for it;
// - libsock.so stays loaded (cmake/shared_library.cmake);
// - it blocks all signals, which the program expects on its own threads;
// - it ends when the resolver gives up, so only the threads abandoned within that time still exist.

#include "net/look_up.hpp"

#include <pthread.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <future>
#include <system_error>
#include <thread>
#include <utility>

namespace sock {
namespace {

LookUp ask(const std::string& host, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  const int error = code == EAI_SYSTEM ? errno : 0;
  return {code, error, std::unique_ptr<addrinfo, FreeAddresses>(code == 0 ? found : nullptr)};
}

// Blocks all signals on this thread during its life; threads started meanwhile keep them blocked.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

std::future<LookUp> ask_elsewhere(const std::string& host) {
  std::packaged_task<LookUp()> task([host] { return ask(host, 0); });
  auto answer = task.get_future();
  const SignalsBlocked blocked;
  std::thread(std::move(task)).detach();
  return answer;
}

}  // namespace

std::optional<LookUp> look_up(const std::string& host, Clock::time_point deadline) {
  if (deadline == no_deadline) return ask(host, 0);
  // A numeric address needs no name server, and no thread.
  if (LookUp numeric = ask(host, AI_NUMERICHOST); numeric.code == 0) return numeric;
  try {
    auto answer = ask_elsewhere(host);
    if (answer.wait_until(deadline) != std::future_status::ready) return {};
    return answer.get();
  } catch (const std::system_error& no_thread) {
    return LookUp{EAI_SYSTEM, no_thread.code().value(), nullptr};
  }
}

}  // namespace sock
