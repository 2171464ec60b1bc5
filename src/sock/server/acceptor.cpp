#include "server/acceptor.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <exception>
#include <new>
#include <utility>

#include "net/socket_address.hpp"
#include "net/system_error.hpp"

namespace sock {
namespace {

using namespace std::chrono_literals;

constexpr auto pause_without_resources = 200ms;
constexpr int most_at_once = 64;  // then it is the turn of others that the loop serves

// Whether what it accepts gets its options.
bool inherits(const ListenSocket& listener) { return !listener.is_local && !listener.is_shared(); }

void set_timeout(int fd, const timeval& timeout) {
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
}

}  // namespace

Acceptor::Acceptor(EventLoop& loop, const std::vector<Door>& doors, int backlog, Host& host)
    : loop_(loop), host_(host) {
  Deadlines::reserve(*this);
  for (const auto& door : doors) open(door, backlog);
}

void Acceptor::open(const Door& door, int backlog) {
  auto& context = loop_.context();
  std::vector<ListenSocket> opened;
  auto& endpoints = endpoints_.emplace_back();
  if (door.datagrams) return;  // it has no listener
  if (door.descriptor >= 0) {
    opened.push_back(take_listener(context, door.descriptor));
  } else if (!door.path.empty()) {
    opened.push_back(open_listener(context, door.path, door.permissions, backlog));
  } else {
    opened = open_listeners(context, {door.hosts, door.port, door.family}, backlog);
  }
  for (auto& socket : opened) {
    endpoints.push_back(local_endpoint(socket.acceptor.native_handle()));
    listeners_.push_back(std::make_shared<Listening>(std::move(socket), *door.service));
  }
}

void Acceptor::start() {
  if (shut_down_) return close();
  is_pausing_ = false;
  for (auto& listening : listeners_) {
    if (listening->socket.acceptor.is_open()) await_clients(listening);
  }
}

void Acceptor::await_clients(const std::shared_ptr<Listening>& listening) {
  const auto on_event = [this, listening](asio::error_code ec) {
    if (ec == asio::error::operation_aborted || is_pausing_) return;
    if (ec) return pause(of_system(ec));
    try {
      accept_all(*listening);
    } catch (const std::bad_alloc&) {
      pause(std::make_error_code(std::errc::not_enough_memory));
    }
    if (!is_pausing_ && listening->socket.acceptor.is_open()) await_clients(listening);
  };
  listening->socket.acceptor.async_wait(StreamAcceptor::wait_read,
                                        WithMemory(listening->memory, on_event));
}

void Acceptor::accept_all(Listening& listening) {
  for (int i = 0; i < most_at_once && listening.socket.acceptor.is_open(); ++i) {
    if (shut_down_) return close();
    StreamSocket socket(host_.next_context());
    StreamProtocol::endpoint from;
    asio::error_code ec;
    if (listening.socket.is_shared()) listening.socket.borrowed.keep_non_blocking();
    listening.socket.acceptor.accept(socket, from, ec);
    if (ec == asio::error::would_block) return;
    if (!ec) {
      is_starved_ = false;
      prepare(socket, listening.socket);
      const auto peer = peer_endpoint(socket.native_handle(), to_socket_address(from));
      if (!host_.admit(socket, {peer, &listening.service})) return;
    } else if (is_out_of_resources(of_system(ec))) {
      // accept() fails with EMFILE even if no client is waiting. Only the first call after a
      // readiness event is sure to have one.
      if (i == 0) pause(of_system(ec));
      return;
    }  // anything else is about that one client, which has gone
  }
}

void Acceptor::prepare(StreamSocket& socket, const ListenSocket& listener) const {
  prepare_accepted(socket, listener);
  const bool has_timeout = receive_timeout_.tv_sec != 0 || receive_timeout_.tv_usec != 0;
  if (has_timeout && !inherits(listener)) set_timeout(socket.native_handle(), receive_timeout_);
}

void Acceptor::pause(std::error_code why) {
  is_pausing_ = true;
  if (!std::exchange(is_starved_, true)) host_.cannot_accept(why);
  asio::error_code ignored;
  for (auto& listening : listeners_) listening->socket.acceptor.cancel(ignored);
  loop_.set_deadline(*this, Clock::now() + pause_without_resources);
}

void Acceptor::close() {
  if (std::exchange(is_closed_, true)) return;
  loop_.clear_deadline(*this);
  for (auto& listening : listeners_) listening->socket.file.remove();  // not under the mutex
  std::vector<Late> late;
  {
    const std::lock_guard lock(mutex_);
    for (auto& listening : listeners_) listening->socket.close();
    late.swap(late_);
  }
  for (const auto& [fd, newcomer] : late) {
    StreamSocket socket(loop_.context());
    asio::error_code ec;
    socket.assign(StreamProtocol(is_local(fd) ? AF_UNIX : AF_INET, 0), fd, ec);
    if (ec) {
      ::close(fd);
    } else {
      host_.turn_away(socket, newcomer);
    }
  }
}

void Acceptor::shut_down() noexcept {
  shut_down_ = true;
  const std::lock_guard lock(mutex_);
  for (auto& listening : listeners_) {
    if (listening->socket.is_shared() || !listening->socket.acceptor.is_open()) continue;
    take_backlog(*listening);
    ::shutdown(listening->socket.acceptor.native_handle(), SHUT_RDWR);
  }
}

// A client that the system has let in and nobody has accepted would get a reset.
void Acceptor::take_backlog(Listening& listening) noexcept try {
  for (;;) {
    late_.reserve(late_.size() + 1);
    SocketAddress from;
    const int fd =
        ::accept4(listening.socket.acceptor.native_handle(), from.data(), &from.size, SOCK_CLOEXEC);
    if (fd < 0) return;
    late_.push_back({fd, {{}, &listening.service}});
    late_.back().newcomer.peer = peer_endpoint(fd, from);
  }
} catch (const std::exception&) {  // no memory: they get the reset
}

void Acceptor::set_receive_timeout(std::chrono::milliseconds timeout) {
  receive_timeout_ = {.tv_sec = static_cast<time_t>(timeout.count() / 1000),
                      .tv_usec = static_cast<suseconds_t>(timeout.count() % 1000 * 1000)};
  for (auto& listening : listeners_) {
    auto& listener = listening->socket;
    if (inherits(listener)) set_timeout(listener.acceptor.native_handle(), receive_timeout_);
  }
}

}  // namespace sock
