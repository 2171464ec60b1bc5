#include "server/accepting.hpp"

#include <sys/socket.h>

#include <new>
#include <thread>
#include <utility>

#include "net/system_error.hpp"

namespace sock {
namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto pause_without_resources = 200ms;
constexpr auto pause_without_any_memory = 10ms;  // of the whole loop
constexpr int most_at_once = 64;  // then it is the turn of whoever else the loop serves

}  // namespace

Accepting::Accepting(asio::io_context& loop, const ListenRequest& request, Host& host)
    : host_(host), listeners_(open_listeners(loop, request)), again_(loop) {
  for (const auto& listener : listeners_) endpoints_.push_back(listener.local_endpoint());
}

void Accepting::start() {
  if (shut_down_) return close();
  pausing_ = false;
  try {
    for (auto& listener : listeners_) {
      if (listener.is_open()) await_clients(listener);
    }
  } catch (const std::bad_alloc&) {
    pause(std::make_error_code(std::errc::not_enough_memory));
  }
}

void Accepting::await_clients(tcp::acceptor& listener) {
  listener.async_wait(tcp::acceptor::wait_read, [this, &listener](asio::error_code ec) {
    if (ec == asio::error::operation_aborted || pausing_) return;
    if (ec) return pause(of_system(ec));
    try {
      accept_all(listener);
      if (!pausing_ && listener.is_open()) await_clients(listener);
    } catch (const std::bad_alloc&) {
      pause(std::make_error_code(std::errc::not_enough_memory));
    }
  });
}

void Accepting::accept_all(tcp::acceptor& listener) {
  for (int i = 0; i < most_at_once && listener.is_open(); ++i) {
    if (shut_down_) return close();
    TcpSocket socket(host_.next_context());
    tcp::endpoint peer;
    asio::error_code ec;
    listener.accept(socket, peer, ec);
    if (ec == asio::error::would_block) return;
    if (!ec) {
      host_.admit(std::move(socket), peer);
      starved_ = false;
    } else if (is_out_of_resources(of_system(ec))) {
      // Even with nobody waiting the system says so; that somebody is, is sure for the first only.
      if (i == 0) pause(of_system(ec));
      return;
    }  // anything else is about that one client, which has gone
  }
}

void Accepting::pause(std::error_code why) {
  pausing_ = true;
  if (!std::exchange(starved_, true)) host_.cannot_accept(why);
  asio::error_code ignored;
  for (auto& listener : listeners_) listener.cancel(ignored);
  while (!again_later()) {
    std::this_thread::sleep_for(pause_without_any_memory);
    if (shut_down_) return close();
  }
}

// False: there is no memory even for waiting.
bool Accepting::again_later() try {
  again_.expires_after(pause_without_resources);
  again_.async_wait([this](asio::error_code ec) {
    if (!ec) start();
  });
  return true;
} catch (const std::bad_alloc&) {
  return false;
}

void Accepting::close() {
  const std::lock_guard lock(mutex_);
  asio::error_code ec;
  for (auto& listener : listeners_) listener.close(ec);
  again_.cancel();
}

void Accepting::shut_down() noexcept {
  shut_down_ = true;
  const std::lock_guard lock(mutex_);
  for (auto& listener : listeners_) {
    if (listener.is_open()) ::shutdown(listener.native_handle(), SHUT_RDWR);
  }
}

}  // namespace sock
