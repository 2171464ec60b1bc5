#include "server/tcp_observer.hpp"

#include <utility>

#include "net/read_tcp_info.hpp"

namespace sock {

TcpObserver::TcpObserver(int fd, Client client, Observer& told)
    : fd_(fd), told_(told), client_(std::move(client)) {}

void TcpObserver::connected(const Client& client) noexcept {
  const std::lock_guard lock(mutex_);
  client_ = client;
  told_.connected(client);
  is_open_ = true;
  see();
}

void TcpObserver::active(const Client& client) noexcept {
  const std::lock_guard lock(mutex_);
  told_.active(client);
}

void TcpObserver::read(const Client& client, std::string_view bytes) noexcept {
  const std::lock_guard lock(mutex_);
  told_.read(client, bytes);
  see();
}

void TcpObserver::wrote(const Client& client, std::string_view bytes) noexcept {
  const std::lock_guard lock(mutex_);
  told_.wrote(client, bytes);
  narrator_.wrote();
  see();
}

void TcpObserver::received(const Client& client, const Message& message) noexcept {
  const std::lock_guard lock(mutex_);
  told_.received(client, message);
}

void TcpObserver::answered(const Client& client, std::string_view text) noexcept {
  const std::lock_guard lock(mutex_);
  told_.answered(client, text);
}

void TcpObserver::fault(const Client& client, Fault done, const Faults& asked) noexcept {
  const std::lock_guard lock(mutex_);
  if (done == Fault::reset) narrator_.resetting();
  told_.fault(client, done, asked);
}

// First the change that has ended the connection.
void TcpObserver::closed(const Client& client, const Closing& closing) noexcept {
  const std::lock_guard lock(mutex_);
  see();
  told_.closed(client, closing);
}

void TcpObserver::kept_out(const Client& client, const KeptOut& how) noexcept {
  const std::lock_guard lock(mutex_);
  told_.kept_out(client, how);
}

void TcpObserver::broken(const Client& client, std::string_view layer,
                         std::string_view why) noexcept {
  const std::lock_guard lock(mutex_);
  told_.broken(client, layer, why);
}

void TcpObserver::proxied(const Client& client, const ProxyHeader& header) noexcept {
  const std::lock_guard lock(mutex_);
  told_.proxied(client, header);
}

void TcpObserver::look() noexcept {
  const std::lock_guard lock(mutex_);
  see();
}

void TcpObserver::ending() noexcept {
  const std::lock_guard lock(mutex_);
  see();
  narrator_.ending();
}

void TcpObserver::note_cut() noexcept {
  is_cut_first_ = read_tcp_info(fd_).state == TcpState::established;
  is_cut_ = true;
}

void TcpObserver::see() noexcept {
  if (!is_open_) return;
  if (is_cut_) narrator_.ended(is_cut_first_);
  narrator_.see(read_tcp_info(fd_), Clock::now());
  tell();
}

void TcpObserver::finish(bool is_lost) noexcept {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(is_open_, false)) return;
  if (is_cut_) narrator_.ended(is_cut_first_);
  narrator_.see_last(read_tcp_info(fd_), Clock::now(), is_lost);
  tell();
}

void TcpObserver::tell() noexcept {
  while (const auto change = narrator_.next()) told_.tcp_changed(client_, *change);
}

}  // namespace sock
