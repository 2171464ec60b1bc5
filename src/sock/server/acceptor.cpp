#include "server/acceptor.hpp"

#include <sys/socket.h>

#include <exception>
#include <new>
#include <utility>

#include "net/socket_address.hpp"
#include "net/socket_options.hpp"
#include "net/system_error.hpp"

namespace sock {
namespace {

using namespace std::chrono_literals;

constexpr auto pause_without_resources = 200ms;
constexpr int most_at_once = 64;  // then others of the loop have their turn

// Whether accepted sockets inherit its options.
bool inherits(const ListenSocket& listener) { return !listener.is_local && !listener.is_shared(); }

void set_timeout(int fd, const timeval& timeout) {
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
}

}  // namespace

Acceptor::Acceptor(EventLoop& loop, const std::vector<Door>& doors, const ListenOptions& options,
                   Host& host)
    : loop_(loop), host_(host) {
  Deadlines::reserve(*this);
  for (const auto& door : doors) open(door, options);
}

void Acceptor::open(const Door& door, const ListenOptions& options) {
  std::vector<ListenSocket> opened;
  auto& endpoints = endpoints_.emplace_back();
  if (door.datagrams) return;  // a door for datagrams has no listener
  if (door.descriptor >= 0) {
    opened.push_back(take_listener(door.descriptor, options));
  } else if (!door.path.empty()) {
    opened.push_back(open_listener(door.path, door.permissions, options));
  } else {
    opened = open_listeners({door.hosts, door.port, door.family}, options);
  }
  for (auto& socket : opened) {
    endpoints.push_back(local_endpoint(socket.fd.get()));
    listeners_.push_back(std::make_unique<Listening>(*this, std::move(socket), door));
  }
}

void Acceptor::start() {
  if (shut_down_) return close();
  is_pausing_ = false;
  for (auto& listening : listeners_) {
    const int fd = listening->socket.fd.get();
    if (listening->door.faults.no_accept) {
      if (!std::exchange(listening->is_told, true)) host_.not_accepting(local_endpoint(fd));
      continue;
    }
    if (fd >= 0 && !loop_.watch(*listening, fd, EPOLLIN)) return pause(last_error());
  }
}

void Acceptor::accept_all(Listening& listening) try {
  for (int i = 0; i < most_at_once && accept_one(listening, i == 0); ++i) continue;
} catch (const std::bad_alloc&) {
  pause(std::make_error_code(std::errc::not_enough_memory));
}

// Returns false if the next accept has to wait for a new event.
bool Acceptor::accept_one(Listening& listening, bool is_first) {
  if (shut_down_) close();
  if (!listening.socket.fd) return false;
  if (listening.socket.is_shared()) listening.socket.borrowed.keep_non_blocking();
  SocketAddress from;
  Descriptor socket(::accept4(listening.socket.fd.get(), from.data(), &from.size, SOCK_CLOEXEC));
  if (socket) {
    is_starved_ = false;
    prepare(socket.get(), listening.socket);
    const Door& door = listening.door;
    const bool has_faults = door.faults.any() && listening.share.has_next();
    return host_.admit(socket, {peer_endpoint(socket.get(), from), &door, has_faults});
  }
  const auto why = last_error();
  if (why == std::errc::resource_unavailable_try_again) return false;
  if (!is_out_of_resources(why)) return true;  // about one client, which has gone
  // accept() fails with EMFILE even if no client is waiting. Only the first call after a readiness
  // event is sure to have one.
  if (is_first) pause(why);
  return false;
}

void Acceptor::prepare(int fd, const ListenSocket& listener) const {
  prepare_accepted(fd, listener);
  const bool has_timeout = receive_timeout_.tv_sec != 0 || receive_timeout_.tv_usec != 0;
  if (has_timeout && !inherits(listener)) set_timeout(fd, receive_timeout_);
}

void Acceptor::pause(std::error_code why) {
  is_pausing_ = true;
  if (!std::exchange(is_starved_, true)) host_.cannot_accept(why);
  for (auto& listening : listeners_) loop_.watch(*listening, listening->socket.fd.get(), 0);
  loop_.set_deadline(*this, Clock::now() + pause_without_resources);
}

void Acceptor::close() {
  if (std::exchange(is_closed_, true)) return;
  loop_.clear_deadline(*this);
  for (auto& listening : listeners_) listening->socket.file.remove();  // not under the mutex
  std::vector<Late> late;
  {
    const std::lock_guard lock(mutex_);
    for (auto& listening : listeners_) {
      loop_.watch(*listening, listening->socket.fd.get(), 0);
      listening->socket.close();
    }
    late.swap(late_);
  }
  for (auto& [socket, newcomer] : late) host_.turn_away(socket, newcomer);
}

void Acceptor::shut_down() noexcept {
  shut_down_ = true;
  const std::lock_guard lock(mutex_);
  for (auto& listening : listeners_) {
    if (listening->socket.is_shared() || !listening->socket.fd) continue;
    take_backlog(*listening);
    ::shutdown(listening->socket.fd.get(), SHUT_RDWR);
  }
}

// Accepts the clients in the backlog: otherwise the system would reset them.
void Acceptor::take_backlog(Listening& listening) noexcept try {
  for (;;) {
    SocketAddress from;
    Descriptor socket(::accept4(listening.socket.fd.get(), from.data(), &from.size, SOCK_CLOEXEC));
    if (!socket) return;
    const int fd = socket.get();
    late_.push_back({std::move(socket), {{}, &listening.door}});
    late_.back().newcomer.peer = peer_endpoint(fd, from);
  }
} catch (const std::exception&) {  // no memory: the rest get the reset
}

void Acceptor::set_receive_timeout(std::chrono::milliseconds timeout) {
  receive_timeout_ = {.tv_sec = static_cast<time_t>(timeout.count() / 1000),
                      .tv_usec = static_cast<suseconds_t>(timeout.count() % 1000 * 1000)};
  for (auto& listening : listeners_) {
    auto& listener = listening->socket;
    if (inherits(listener)) set_timeout(listener.fd.get(), receive_timeout_);
  }
}

}  // namespace sock
