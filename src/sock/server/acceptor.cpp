#include "server/acceptor.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <new>
#include <utility>

#include "net/system_error.hpp"

namespace sock {
namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto pause_without_resources = 200ms;
constexpr int most_at_once = 64;  // then it is the turn of others that the loop serves

}  // namespace

Acceptor::Acceptor(EventLoop& loop, const ListenRequest& request, Host& host)
    : loop_(loop), host_(host) {
  Deadlines::reserve(*this);
  for (auto& socket : open_listeners(loop.context(), request)) {
    addresses_.push_back(socket.local_endpoint());
    listeners_.push_back(std::make_shared<Listening>(std::move(socket)));
  }
}

void Acceptor::start() {
  if (shut_down_) return close();
  is_pausing_ = false;
  for (auto& listening : listeners_) {
    if (listening->socket.is_open()) await_clients(listening);
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
    if (!is_pausing_ && listening->socket.is_open()) await_clients(listening);
  };
  listening->socket.async_wait(tcp::acceptor::wait_read, WithMemory(listening->memory, on_event));
}

void Acceptor::accept_all(Listening& listening) {
  for (int i = 0; i < most_at_once && listening.socket.is_open(); ++i) {
    if (shut_down_) return close();
    StreamSocket socket(host_.next_context());
    Address peer;
    asio::error_code ec;
    listening.socket.accept(socket, peer, ec);
    if (ec == asio::error::would_block) return;
    if (!ec) {
      is_starved_ = false;
      if (!host_.admit(socket, peer)) return;
    } else if (is_out_of_resources(of_system(ec))) {
      // accept() fails with EMFILE even if no client is waiting. Only the first call after a
      // readiness event is sure to have one.
      if (i == 0) pause(of_system(ec));
      return;
    }  // anything else is about that one client, which has gone
  }
}

void Acceptor::pause(std::error_code why) {
  is_pausing_ = true;
  if (!std::exchange(is_starved_, true)) host_.cannot_accept(why);
  asio::error_code ignored;
  for (auto& listening : listeners_) listening->socket.cancel(ignored);
  loop_.set_deadline(*this, Clock::now() + pause_without_resources);
}

void Acceptor::close() {
  if (std::exchange(is_closed_, true)) return;
  loop_.clear_deadline(*this);
  std::vector<Late> late;
  {
    const std::lock_guard lock(mutex_);
    asio::error_code ec;
    for (auto& listening : listeners_) listening->socket.close(ec);
    late.swap(late_);
  }
  for (const auto& [fd, peer] : late) {
    StreamSocket socket(loop_.context());
    asio::error_code ec;
    socket.assign(peer.protocol(), fd, ec);
    if (ec) {
      ::close(fd);
    } else {
      host_.turn_away(socket, peer);
    }
  }
}

void Acceptor::shut_down() noexcept {
  shut_down_ = true;
  const std::lock_guard lock(mutex_);
  take_backlog();
  for (auto& listening : listeners_) {
    if (listening->socket.is_open()) ::shutdown(listening->socket.native_handle(), SHUT_RDWR);
  }
}

// A client that the system has let in and nobody has accepted would get a reset.
void Acceptor::take_backlog() noexcept try {
  for (auto& listening : listeners_) {
    for (int fd = 0; listening->socket.is_open();) {
      late_.reserve(late_.size() + 1);
      Address peer;
      auto size = static_cast<socklen_t>(peer.capacity());
      fd = ::accept4(listening->socket.native_handle(), peer.data(), &size, SOCK_CLOEXEC);
      if (fd < 0) break;
      peer.resize(size);
      late_.push_back({fd, peer});
    }
  }
} catch (const std::exception&) {  // no memory: they get the reset
}

void Acceptor::set_receive_timeout(std::chrono::milliseconds timeout) {
  const timeval time{.tv_sec = static_cast<time_t>(timeout.count() / 1000),
                     .tv_usec = static_cast<suseconds_t>(timeout.count() % 1000 * 1000)};
  for (auto& listening : listeners_) {
    ::setsockopt(listening->socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  }
}

}  // namespace sock
