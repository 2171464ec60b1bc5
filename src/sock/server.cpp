// Accepting, and the dispatch by mode; everything else is the same in all modes.

#include "sock/server.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <atomic>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "sock/connection.hpp"
#include "sock/listening.hpp"
#include "sock/registry.hpp"
#include "sock/resolve.hpp"
#include "sock/serve.hpp"
#include "sock/sweeper.hpp"
#include "sock/system_error.hpp"
#include "sock/thread_per_client.hpp"
#include "sock/turned_away.hpp"
#include "sock/wake_fd.hpp"

namespace sock {
namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto pause_without_resources = 200ms;

Observer& nobody() {
  static Observer observer;
  return observer;
}

Closing closing_of(const Connection& connection, End why) {
  using std::chrono::milliseconds;
  return {why, connection.bytes_in.value(), connection.bytes_out.value(),
          std::chrono::duration_cast<milliseconds>(Clock::now() - connection.since)};
}

}  // namespace

struct Server::Impl {
  Impl(ServerOptions wanted, std::unique_ptr<Service> offered, Observer* watching)
      : options(std::move(wanted)),
        service(std::move(offered)),
        observer(watching != nullptr ? *watching : nobody()),
        listeners(open_listeners(context,
                                 {options.hosts, options.port, options.family, options.backlog})),
        sweeper(registry, options.idle_timeout) {
    for (const auto& listener : listeners) listening_on.push_back(listener.local_endpoint());
  }

  void run();
  void accept_round();
  void accept_from(tcp::acceptor& listener);
  void starve(std::error_code why);
  void admit(tcp::socket socket, const tcp::endpoint& peer);
  void dispatch(const std::shared_ptr<Connection>& connection);
  void serve_to_the_end(Connection& connection);
  void refuse(tcp::socket socket, const Endpoint& peer, Refusal why);
  void close_listeners();
  void stop();

  const ServerOptions options;
  const std::unique_ptr<Service> service;
  Observer& observer;
  asio::io_context context;  // owns the sockets; never run

  std::mutex listeners_mutex;  // stop() shuts them down while another thread polls them
  std::vector<tcp::acceptor> listeners;
  std::vector<tcp::endpoint> listening_on;
  WakeFd wake;
  std::atomic<bool> stopping{false};

  // Only the accepting thread touches these.
  std::uint64_t last_id = 0;
  bool starved = false;                           // the last accept found no descriptor or memory
  std::optional<Clock::time_point> accept_again;  // set: no accepting until then
  TurnedAway turned_away;

  Registry registry;
  Sweeper sweeper;
  ThreadPerClient threads{[this] { wake.notify(); }};  // destroyed first: its tasks use the others
};

void Server::Impl::run() {
  while (!stopping && !listeners.empty()) {
    try {
      accept_round();
    } catch (const std::bad_alloc&) {
      starve(std::make_error_code(std::errc::not_enough_memory));
    } catch (...) {  // a service that throws: nobody would accept any more, so nobody is served on
      stop();
      sweeper.cut_at(Clock::now());
      close_listeners();
      threads.join_all();
      throw;
    }
  }
  close_listeners();
  threads.join_all();
}

// Waits for clients at any listener, for what those turned away still have to say, and for threads
// to be joined.
void Server::Impl::accept_round() {
  std::vector<pollfd> polled{{wake.fd(), POLLIN, 0}};
  const std::size_t accepting = accept_again ? 0 : listeners.size();
  for (std::size_t i = 0; i < accepting; ++i) {
    polled.push_back({listeners[i].native_handle(), POLLIN, 0});
  }
  const auto until = std::min(turned_away.wait_for(polled), accept_again.value_or(no_deadline));
  ::poll(polled.data(), polled.size(), poll_timeout(until));

  wake.clear();
  threads.join_finished();
  if (accept_again && Clock::now() >= *accept_again) accept_again.reset();
  for (std::size_t i = 0; i < accepting && i < listeners.size() && !stopping; ++i) {
    if (polled[i + 1].revents != 0) accept_from(listeners[i]);
  }
  turned_away.proceed();
}

void Server::Impl::accept_from(tcp::acceptor& listener) {
  tcp::endpoint peer;
  asio::error_code ec;
  tcp::socket socket = listener.accept(peer, ec);
  if (!ec) {
    starved = false;
    admit(std::move(socket), peer);
  } else if (is_out_of_resources(of_system(ec))) {
    starve(of_system(ec));
  }  // anything else is about that one client, which has gone
}

void Server::Impl::starve(std::error_code why) {
  accept_again = Clock::now() + pause_without_resources;
  if (!std::exchange(starved, true)) observer.cannot_accept(why);
}

void Server::Impl::admit(tcp::socket socket, const tcp::endpoint& peer) {
  if (options.once) close_listeners();
  if (registry.size() >= options.max_connections) {
    refuse(std::move(socket), to_endpoint(peer), Refusal::full);
    return;
  }
  const auto connection =
      std::make_shared<Connection>(std::move(socket), Client{++last_id, to_endpoint(peer)});
  connection->session = service->open(connection->client, observer);
  registry.add(*connection);
  try {
    if (connection->session->mailbox() != nullptr) connection->wake.emplace();
    dispatch(connection);
  } catch (const std::exception&) {  // no more threads or descriptors, or no memory
    registry.withdraw(*connection);
    refuse(std::move(connection->socket), connection->client.address, Refusal::no_resources);
  }
}

// The mode: on which thread is this client served?
void Server::Impl::dispatch(const std::shared_ptr<Connection>& connection) {
  switch (options.mode) {
    case Mode::blocking:
      return serve_to_the_end(*connection);
    case Mode::threads:
      return threads.start([this, connection] { serve_to_the_end(*connection); });
  }
}

void Server::Impl::serve_to_the_end(Connection& connection) {
  observer.connected(connection.client);
  const End why = serve(connection, observer);
  const bool may_linger = registry.retire(connection);
  observer.closed(connection.client, closing_of(connection, why));
  if (may_linger) linger(connection, why);
  registry.remove(connection);
  asio::error_code ec;
  connection.socket.close(ec);
}

void Server::Impl::refuse(tcp::socket socket, const Endpoint& peer, Refusal why) {
  registry.count_refused();
  observer.refused(peer, why);
  const auto limit = std::to_string(options.max_connections) +
                     (options.max_connections == 1 ? " connection" : " connections");
  turned_away.add(std::move(socket),
                  service->notice(why == Refusal::full ? "* server full (" + limit + "), try later"
                                                       : "* server busy, try later"));
}

void Server::Impl::close_listeners() {
  const std::lock_guard lock(listeners_mutex);
  listeners.clear();
}

void Server::Impl::stop() {
  if (stopping.exchange(true)) return;
  sweeper.cut_at(Clock::now() + options.grace);
  {
    // New clients are refused from now on, even if the accepting thread is busy with one.
    const std::lock_guard lock(listeners_mutex);
    for (auto& listener : listeners) ::shutdown(listener.native_handle(), SHUT_RDWR);
  }
  registry.stop();
  wake.notify();
}

Server::Server(ServerOptions options, std::unique_ptr<Service> service, Observer* observer)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(service), observer)) {}

Server::~Server() = default;

void Server::run() { impl_->run(); }

void Server::stop() noexcept { impl_->stop(); }

void Server::cut() noexcept {
  impl_->stop();
  impl_->sweeper.cut_at(Clock::now());
}

std::uint16_t Server::port() const { return impl_->listening_on.front().port(); }

std::vector<std::string> Server::addresses() const {
  std::vector<std::string> addresses;
  for (const auto& endpoint : impl_->listening_on) {
    addresses.push_back(endpoint.address().to_string());
  }
  return addresses;
}

Totals Server::totals() const { return impl_->registry.totals(); }

}  // namespace sock
