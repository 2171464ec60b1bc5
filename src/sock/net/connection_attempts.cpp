#include "net/connection_attempts.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <asio/io_context.hpp>
#include <cerrno>
#include <utility>

#include "net/source_address.hpp"
#include "net/system_error.hpp"

namespace sock {
namespace {

using asio::ip::tcp;

// Alternates the families; the first address stays the first.
std::vector<tcp::endpoint> in_turns(std::vector<tcp::endpoint> addresses) {
  const auto is_of_first = [first = addresses.front().protocol()](const tcp::endpoint& address) {
    return address.protocol() == first;
  };
  const auto others = std::stable_partition(addresses.begin(), addresses.end(), is_of_first);
  std::vector<tcp::endpoint> turns;
  auto a = addresses.begin();
  auto b = others;
  while (a != others || b != addresses.end()) {
    if (a != others) turns.push_back(*a++);
    if (b != addresses.end()) turns.push_back(*b++);
  }
  return turns;
}

Clock::duration bounded(Clock::duration delay, Clock::time_point deadline, std::size_t addresses) {
  if (deadline == no_deadline) return delay;
  return std::min(delay, (deadline - Clock::now()) / static_cast<Clock::rep>(addresses));
}

// The context of all connecting sockets. It is never run, and costs three descriptors once.
asio::io_context& context() {
  static asio::io_context never_run;
  return never_run;
}

// Begins to connect without waiting; Asio's own connect waits without limit.
std::error_code begin(tcp::socket& socket, const tcp::endpoint& peer,
                      const std::optional<Endpoint>& source) {
  asio::error_code ec;
  socket.open(peer.protocol(), ec);
  if (!ec) socket.non_blocking(true, ec);
  // Set before data can come: an urgent byte is data like any other, as in accepted sockets.
  if (!ec) socket.set_option(asio::socket_base::out_of_band_inline(true), ec);
  // A source port that an earlier connection left in TIME_WAIT can be used again (tcp(7)).
  if (!ec && source) socket.set_option(asio::socket_base::reuse_address(true), ec);
  if (ec) return of_system(ec);
  if (const auto error = bind_source(socket.native_handle(), source)) return error;
  const int done =
      ::connect(socket.native_handle(), peer.data(), static_cast<socklen_t>(peer.size()));
  return done == 0 || errno == EINPROGRESS || errno == EINTR ? std::error_code() : last_error();
}

// On an ephemeral port of this machine, TCP's simultaneous open can connect a socket to itself (RFC
// 9293, 3.5): no server is listening there.
bool is_self_connected(const tcp::socket& socket) {
  asio::error_code ec;
  const auto local = socket.local_endpoint(ec);
  return !ec && local == socket.remote_endpoint(ec);
}

// The result of the connect, for a socket that has become ready.
std::error_code outcome(tcp::socket& socket) {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.native_handle(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return {error, std::system_category()};
  if (is_self_connected(socket)) return std::make_error_code(std::errc::connection_refused);
  return {};
}

}  // namespace

ConnectionAttempts::ConnectionAttempts(const std::vector<tcp::endpoint>& addresses,
                                       Clock::time_point deadline, Clock::duration delay,
                                       std::optional<Endpoint> source)
    : addresses_(in_turns(addresses)),
      deadline_(deadline),
      delay_(bounded(delay, deadline, addresses.size())),
      source_(std::move(source)) {}

std::optional<ConnectionAttempts::Connection> ConnectionAttempts::run() {
  for (;;) {
    while (!are_all_started() && next_start_ <= Clock::now()) start_next();
    const auto has_failed = [](const Attempt& attempt) { return attempt.has_failed(); };
    if (std::all_of(attempts_.begin(), attempts_.end(), has_failed)) return {};
    if (std::any_of(attempts_.begin(), attempts_.end(), was_reset)) return give_up();
    const auto until = are_all_started() ? deadline_ : std::min(deadline_, next_start_);
    if (Attempt* first = wait_until(until)) {
      return Connection{std::move(first->socket), first->peer};
    }
    if (Clock::now() >= deadline_) return give_up();
  }
}

// A connection that is refused ends with another error: this one was made, and reset at once (RFC
// 9293, 3.10.7.4). No other address would be a better one.
bool ConnectionAttempts::was_reset(const Attempt& attempt) {
  return attempt.error == std::errc::connection_reset;
}

std::error_code ConnectionAttempts::error() const {
  const auto reset = std::find_if(attempts_.begin(), attempts_.end(), was_reset);
  return reset != attempts_.end() ? reset->error : attempts_.back().error;
}

std::vector<tcp::endpoint> ConnectionAttempts::tried() const {
  return {addresses_.begin(), addresses_.begin() + static_cast<std::ptrdiff_t>(attempts_.size())};
}

void ConnectionAttempts::start_next() {
  const auto& peer = addresses_[attempts_.size()];
  auto& attempt = attempts_.emplace_back(Attempt{peer, tcp::socket(context()), {}});
  next_start_ = Clock::now() + delay_;
  if (const auto error = begin(attempt.socket, peer, source_)) fail(attempt, error);
}

// The first connected attempt; nullptr if none is connected at `until`, or one has failed.
ConnectionAttempts::Attempt* ConnectionAttempts::wait_until(Clock::time_point until) {
  std::vector<pollfd> polled;
  polled.reserve(attempts_.size());
  for (auto& attempt : attempts_) {  // poll() ignores -1
    polled.push_back({attempt.has_failed() ? -1 : attempt.socket.native_handle(), POLLOUT, 0});
  }
  ::poll(polled.data(), polled.size(), poll_timeout(until));
  for (std::size_t i = 0; i < polled.size(); ++i) {
    if (polled[i].revents == 0) continue;
    const auto error = outcome(attempts_[i].socket);
    if (!error) return &attempts_[i];
    fail(attempts_[i], error);
  }
  return nullptr;
}

void ConnectionAttempts::fail(Attempt& attempt, std::error_code error) {
  asio::error_code ec;
  attempt.socket.close(ec);
  attempt.error = error;
  next_start_ = Clock::time_point::min();
}

std::nullopt_t ConnectionAttempts::give_up() {
  for (auto& attempt : attempts_) {
    if (!attempt.has_failed()) fail(attempt, std::make_error_code(std::errc::timed_out));
  }
  return std::nullopt;
}

}  // namespace sock
