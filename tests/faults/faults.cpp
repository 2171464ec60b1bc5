#include "faults/faults.hpp"

#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <optional>

namespace faults {
namespace {

// Written only while no calls are counted: between stop() and inject(), fenced by `active`.
Fault current;
std::atomic<bool> active{false};
std::atomic<int> calls{0};
std::atomic<int> happened{0};
thread_local int unharmed = 0;

// The effect on this call, or nullopt if it is to work normally.
std::optional<int> effect_on(Call call) {
  if (!active || unharmed > 0 || call != current.call) return {};
  const int number = ++calls;
  const int last = current.number + (call == Call::memory ? current.effect - 1 : 0);
  const bool is_meant =
      current.number == every_other ? number % 2 != 0 : number >= current.number && number <= last;
  if (!is_meant) return {};
  ++happened;
  return current.effect;
}

int fail(int error) {
  errno = error;
  return -1;
}

bool is_socket(int fd) {
  struct stat status = {};
  return ::fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

// A call that moves bytes: `work(size)` moves at most `size` bytes.
template <typename Work>
ssize_t move_bytes(Call call, std::size_t size, Work work) {
  const auto effect = effect_on(call);
  if (!effect) return work(size);
  if (*effect > 0) return fail(*effect);
  return work(std::min<std::size_t>(size, 1));
}

std::size_t size_of(const msghdr& message) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < message.msg_iovlen; ++i) size += message.msg_iov[i].iov_len;
  return size;
}

// Returns `message` if it has `size` bytes; otherwise its first byte, in `copy` and `piece`.
template <typename Header>
Header* first_bytes(Header* message, std::size_t size, msghdr& copy, iovec& piece) {
  if (size == size_of(*message)) return message;
  copy = *message;
  std::size_t i = 0;
  while (message->msg_iov[i].iov_len == 0) ++i;
  piece = {message->msg_iov[i].iov_base, size};
  copy.msg_iov = &piece;
  copy.msg_iovlen = 1;
  return &copy;
}

}  // namespace

void inject(const Fault& fault) {
  current = fault;
  calls = 0;
  happened = 0;
  active = true;
}

int stop() {
  active = false;
  return happened;
}

int calls_of_its_kind() { return calls; }

Unharmed::Unharmed() { ++unharmed; }
Unharmed::~Unharmed() { --unharmed; }

}  // namespace faults

// All other forms of operator new and delete call one of these, in the library and in the standard
// library.
void* operator new(std::size_t size) {
  if (!faults::effect_on(faults::Call::memory)) {
    if (void* const memory = std::malloc(std::max<std::size_t>(size, 1))) return memory;
  }
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }

// Except these, if a sanitizer defines its own.
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept try {
  return operator new(size);
} catch (const std::bad_alloc&) {
  return nullptr;
}
void* operator new[](std::size_t size, const std::nothrow_t& same) noexcept {
  return operator new(size, same);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

// The linker's --wrap: calls of a function go to __wrap_, and __real_ is the original.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {

using faults::Call;

int __real_accept(int fd, sockaddr* address, socklen_t* size);
int __wrap_accept(int fd, sockaddr* address, socklen_t* size) {
  const auto effect = faults::effect_on(Call::accept);
  return effect ? faults::fail(*effect) : __real_accept(fd, address, size);
}

int __real_accept4(int fd, sockaddr* address, socklen_t* size, int flags);
int __wrap_accept4(int fd, sockaddr* address, socklen_t* size, int flags) {
  const auto effect = faults::effect_on(Call::accept);
  return effect ? faults::fail(*effect) : __real_accept4(fd, address, size, flags);
}

ssize_t __real_recv(int fd, void* to, std::size_t size, int flags);
ssize_t __wrap_recv(int fd, void* to, std::size_t size, int flags) {
  return faults::move_bytes(Call::receive, size,
                            [=](std::size_t most) { return __real_recv(fd, to, most, flags); });
}

ssize_t __real_read(int fd, void* to, std::size_t size);
ssize_t __wrap_read(int fd, void* to, std::size_t size) {
  if (!faults::is_socket(fd)) return __real_read(fd, to, size);
  return faults::move_bytes(Call::receive, size,
                            [=](std::size_t most) { return __real_read(fd, to, most); });
}

ssize_t __real_recvmsg(int fd, msghdr* message, int flags);
ssize_t __wrap_recvmsg(int fd, msghdr* message, int flags) {
  return faults::move_bytes(Call::receive, faults::size_of(*message), [=](std::size_t most) {
    msghdr copy{};
    iovec piece{};
    return __real_recvmsg(fd, faults::first_bytes(message, most, copy, piece), flags);
  });
}

ssize_t __real_send(int fd, const void* from, std::size_t size, int flags);
ssize_t __wrap_send(int fd, const void* from, std::size_t size, int flags) {
  return faults::move_bytes(Call::send, size,
                            [=](std::size_t most) { return __real_send(fd, from, most, flags); });
}

ssize_t __real_write(int fd, const void* from, std::size_t size);
ssize_t __wrap_write(int fd, const void* from, std::size_t size) {
  if (!faults::is_socket(fd)) return __real_write(fd, from, size);
  return faults::move_bytes(Call::send, size,
                            [=](std::size_t most) { return __real_write(fd, from, most); });
}

ssize_t __real_sendmsg(int fd, const msghdr* message, int flags);
ssize_t __wrap_sendmsg(int fd, const msghdr* message, int flags) {
  return faults::move_bytes(Call::send, faults::size_of(*message), [=](std::size_t most) {
    msghdr copy{};
    iovec piece{};
    return __real_sendmsg(fd, faults::first_bytes(message, most, copy, piece), flags);
  });
}

int __real_poll(pollfd* polled, nfds_t count, int timeout);
int __wrap_poll(pollfd* polled, nfds_t count, int timeout) {
  const auto effect = faults::effect_on(Call::wait);
  if (!effect) return __real_poll(polled, count, timeout);
  if (*effect > 0) return faults::fail(*effect);
  for (nfds_t i = 0; i < count; ++i) polled[i].revents = polled[i].events;
  return static_cast<int>(count);
}

int __real_epoll_wait(int fd, epoll_event* events, int most, int timeout);
int __wrap_epoll_wait(int fd, epoll_event* events, int most, int timeout) {
  const auto effect = faults::effect_on(Call::wait);
  if (!effect || *effect < 0) return __real_epoll_wait(fd, events, most, timeout);
  return faults::fail(*effect);
}

int __real_epoll_ctl(int fd, int operation, int of, epoll_event* event);
int __wrap_epoll_ctl(int fd, int operation, int of, epoll_event* event) {
  // Only adding needs kernel memory.
  const auto effect =
      operation == EPOLL_CTL_ADD ? faults::effect_on(Call::epoll_ctl) : std::nullopt;
  return effect ? faults::fail(*effect) : __real_epoll_ctl(fd, operation, of, event);
}

int __real_eventfd(unsigned value, int flags);
int __wrap_eventfd(unsigned value, int flags) {
  const auto effect = faults::effect_on(Call::eventfd);
  return effect ? faults::fail(*effect) : __real_eventfd(value, flags);
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier)

// The standard library starts threads, and --wrap does not affect it if it is shared. But there
// too, a function of the program is found before the C library's one of the same name.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*run)(void*), void* argument) noexcept {
  using Create = int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto next = reinterpret_cast<Create*>(::dlsym(RTLD_NEXT, "pthread_create"));
  const auto effect = faults::effect_on(faults::Call::thread);
  return effect ? *effect : next(thread, attributes, run, argument);
}
