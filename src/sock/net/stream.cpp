#include "sock/stream.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <system_error>
#include <utility>
#include <vector>

#include "net/connection_attempts.hpp"
#include "net/local_socket.hpp"
#include "net/read_tcp_info.hpp"
#include "net/resolve.hpp"
#include "net/socket_address.hpp"
#include "net/socket_options.hpp"
#include "net/source_address.hpp"
#include "net/stream_impl.hpp"
#include "net/system_error.hpp"
#include "net/transfer.hpp"
#include "sock/address.hpp"
#include "sock/wait.hpp"

namespace sock {
namespace {

using asio::ip::tcp;

// ` (tried ::1, 127.0.0.1)`; empty if `host` is already the only address.
std::string addresses_tried(const std::vector<tcp::endpoint>& tried, const std::string& host) {
  if (tried.size() == 1 && tried[0].address().to_string() == host) return {};
  std::string text;
  for (const auto& one : tried) {
    text += (text.empty() ? " (tried " : ", ") + one.address().to_string();
  }
  return text + ")";
}

// Only EPIPE, not a reset: the system reports a reset once, and a writer must not hide it from a
// reader.
bool is_gone(std::error_code ec) { return ec == std::errc::broken_pipe; }

bool is_would_block(std::error_code ec) {
  return ec == std::errc::operation_would_block ||
         ec == std::errc::resource_unavailable_try_again || ec == std::errc::interrupted;
}

Clock::time_point deadline_of(const ConnectOptions& options) {
  return options.timeout.count() > 0 ? Clock::now() + options.timeout : no_deadline;
}

[[noreturn]] void lost(std::error_code ec, const Endpoint& peer) {
  throw std::system_error(ec, "connection to " + to_string(peer));
}

}  // namespace

Stream::Stream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

Stream Stream::connect(const std::string& host, std::uint16_t port, const ConnectOptions& options) {
  const auto deadline = deadline_of(options);
  const auto family = family_from(options.source, options.family);
  ConnectionAttempts attempts(resolve(host, port, family, Purpose::connect, deadline), deadline,
                              ConnectionAttempts::usual_delay, options.source);
  auto connection = attempts.run();
  if (!connection) {
    if (attempts.error() == std::errc::connection_reset) {
      throw std::system_error(attempts.error(),
                              "connection to " + host + " port " + std::to_string(port));
    }
    throw NotedError(
        attempts.error(),
        "cannot connect to " + host + " port " + std::to_string(port) + words_of(options.source),
        addresses_tried(attempts.tried(), host));
  }
  Descriptor socket(connection->socket.release());
  ::fcntl(socket.get(), F_SETFL, ::fcntl(socket.get(), F_GETFL) & ~O_NONBLOCK);
  set_nagle(socket.get(), options.nagle);
  auto remote = to_endpoint(to_socket_address(connection->peer));
  return Stream(std::make_unique<Impl>(Impl{std::move(socket), std::move(remote)}));
}

Stream Stream::connect(std::string_view address, const ConnectOptions& options) {
  const auto where = parse_address(address);
  if (!where.is_local()) return connect(where.host, where.port, options);
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) throw std::system_error(last_error(), "cannot open a socket");
  take_urgent_as_data(socket.get());
  if (const int error = connect_to(socket.get(), where.path, deadline_of(options))) {
    throw std::system_error(error, std::system_category(), "cannot connect to " + to_string(where));
  }
  auto remote = peer_endpoint(socket.get(), local_address(where.path));
  return Stream(std::make_unique<Impl>(Impl{std::move(socket), std::move(remote)}));
}

std::size_t Stream::read_some(std::span<char> buffer) {
  const auto got = sock::receive(native_handle(), buffer, Waiting::yes);
  if (got.result == Transfer::Result::done || got.result == Transfer::Result::ended) {
    return got.bytes;
  }
  lost(last_error(), impl_->remote);
}

std::string Stream::receive(std::size_t most) {
  std::string bytes(most, '\0');
  bytes.resize(read_some(bytes));
  return bytes;
}

bool Stream::write(std::string_view data) {
  while (!data.empty()) {
    const auto sent = sock::send(native_handle(), data, Waiting::yes);
    if (sent.result != Transfer::Result::done) {
      const auto why = last_error();
      if (is_gone(why)) return false;
      lost(why, impl_->remote);
    }
    data.remove_prefix(sent.bytes);
  }
  return true;
}

TryResult Stream::try_read(std::span<char> buffer) {
  const auto bytes = ::recv(native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (bytes > 0) return {TryState::done, static_cast<std::size_t>(bytes)};
  if (bytes == 0) return {buffer.empty() ? TryState::done : TryState::ended, 0};
  const std::error_code error = last_error();
  if (is_would_block(error)) return {TryState::would_block, 0};
  lost(error, impl_->remote);
}

TryResult Stream::try_write(std::string_view data) {
  const auto bytes = ::send(native_handle(), data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (bytes >= 0) return {TryState::done, static_cast<std::size_t>(bytes)};
  const std::error_code error = last_error();
  if (is_would_block(error)) return {TryState::would_block, 0};
  if (is_gone(error)) return {TryState::ended, 0};
  lost(error, impl_->remote);
}

void Stream::shutdown_send() noexcept { ::shutdown(native_handle(), SHUT_WR); }

void Stream::close() noexcept { impl_->socket = Descriptor(); }

Endpoint Stream::local() const { return local_endpoint(native_handle()); }

Endpoint Stream::remote() const { return impl_->remote; }

std::optional<TcpInfo> Stream::tcp_info() const {
  if (native_handle() < 0 || impl_->remote.transport != Transport::tcp) return {};
  return read_tcp_info(native_handle());
}

int Stream::native_handle() const { return impl_->socket.get(); }

}  // namespace sock
