// Accepting, and the dispatch by mode; everything else is the same in all modes.

#include "sock/server.hpp"

#include <algorithm>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <atomic>
#include <new>
#include <string>
#include <utility>

#include "net/resolve.hpp"
#include "server/accepting.hpp"
#include "server/connection.hpp"
#include "server/event_loops.hpp"
#include "server/registry.hpp"
#include "server/serve.hpp"
#include "server/serve_async.hpp"
#include "server/sweeper.hpp"
#include "server/thread_per_client.hpp"
#include "server/turned_away.hpp"

namespace sock {
namespace {

using asio::ip::tcp;

Observer& nobody() {
  static Observer observer;
  return observer;
}

}  // namespace

struct Server::Impl final : Accepting::Host {
  Impl(ServerOptions wanted, std::unique_ptr<Service> offered, Observer* watching);

  void run();
  void stop();
  void cut();  // now

  asio::io_context& next_context() override;
  void admit(TcpSocket socket, const tcp::endpoint& peer) override;
  void cannot_accept(std::error_code why) override { observer.cannot_accept(why); }

  void dispatch(std::unique_ptr<Connection>& connection);
  void refuse(TcpSocket socket, const tcp::endpoint& peer, Refusal why);
  void close();
  template <typename Action>
  void on_first_loop(Action action) noexcept;

  const ServerOptions options;
  const std::unique_ptr<Service> service;
  Observer& observer;
  Registry registry;
  asio::io_context without_loop;  // owns the sockets that are served with blocking calls; never run
  EventLoops loops;               // the first one accepts, in every mode
  Accepting accepting;
  TurnedAway turned_away;
  std::uint64_t last_id = 0;
  std::atomic<bool> stopping{false};
  Sweeper sweeper;
  // Destroyed first: its tasks use the others.
  ThreadPerClient threads{[this] { on_first_loop([this] { threads.join_finished(); }); }};
};

Server::Impl::Impl(ServerOptions wanted, std::unique_ptr<Service> offered, Observer* watching)
    : options(std::move(wanted)),
      service(std::move(offered)),
      observer(watching != nullptr ? *watching : nobody()),
      loops(options.mode == Mode::async ? std::max<std::size_t>(options.loops, 1) : 1, registry,
            observer),
      accepting(loops.first().context(),
                {options.hosts, options.port, options.family, options.backlog}, *this),
      turned_away(loops.first().context()),
      sweeper(registry, options.idle_timeout) {
  prepare_for_sockets(without_loop);
}

void Server::Impl::run() {
  try {
    accepting.start();
    loops.run();
  } catch (...) {  // a service that throws: nobody would accept any more, so nobody is served on
    stop();
    registry.cut();
    close();
    loops.run();
    threads.join_all();
    throw;
  }
  threads.join_all();
}

void Server::Impl::admit(TcpSocket socket, const tcp::endpoint& peer) {
  if (options.once) close();
  if (registry.size() >= options.max_connections) {
    return refuse(std::move(socket), peer, Refusal::full);
  }
  std::unique_ptr<Connection> connection;
  try {
    connection =
        std::make_unique<Connection>(std::move(socket), Client{++last_id, to_endpoint(peer)});
    connection->session = service->open(connection->client, observer);
    registry.add(*connection);
  } catch (const std::bad_alloc&) {
    return refuse(std::move(connection ? connection->socket : socket), peer, Refusal::no_resources);
  }
  try {
    dispatch(connection);
  } catch (const std::exception&) {  // no more threads or descriptors, or no memory
    registry.withdraw(*connection);
    refuse(std::move(connection->socket), peer, Refusal::no_resources);
  }
}

// The mode: on which thread is this client served?
void Server::Impl::dispatch(std::unique_ptr<Connection>& connection) {
  switch (options.mode) {
    case Mode::blocking:
      connection->prepare_wake();
      return serve(*connection, registry, observer);
    case Mode::threads:
      connection->prepare_wake();
      threads.start([this, served = connection.get()] {
        serve(*std::unique_ptr<Connection>(served), registry, observer);
      });
      static_cast<void>(connection.release());
      return;
    case Mode::async:
      serve_async(connection, loops.next());
      return loops.deal();
  }
}

asio::io_context& Server::Impl::next_context() {
  if (options.mode != Mode::async) return without_loop;
  return loops.next().context();
}

void Server::Impl::refuse(TcpSocket socket, const tcp::endpoint& peer, Refusal why) {
  registry.count_refused();
  observer.refused(to_endpoint(peer), why);
  const auto most = options.max_connections;
  const auto limit = std::to_string(most) + (most == 1 ? " connection" : " connections");
  turned_away.add(std::move(socket),
                  service->notice(why == Refusal::full ? "* server full (" + limit + "), try later"
                                                       : "* server busy, try later"));
}

// No client is to come any more. On the first loop's thread, or when it does not run.
void Server::Impl::close() {
  accepting.close();
  turned_away.cut();
}

void Server::Impl::stop() {
  if (stopping.exchange(true)) return;
  sweeper.cut_at(Clock::now() + options.grace);
  accepting.shut_down();
  registry.stop();
  on_first_loop([this] { close(); });
}

void Server::Impl::cut() {
  stop();
  sweeper.cut_at(Clock::now());
}

// Soon, and from any thread; without memory, not at all.
template <typename Action>
void Server::Impl::on_first_loop(Action action) noexcept try {
  asio::post(loops.first().context(), action);
} catch (const std::exception&) {
}

Server::Server(ServerOptions options, std::unique_ptr<Service> service, Observer* observer)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(service), observer)) {}

Server::~Server() = default;

void Server::run() { impl_->run(); }

void Server::stop() noexcept { impl_->stop(); }

void Server::cut() noexcept { impl_->cut(); }

std::uint16_t Server::port() const { return impl_->accepting.endpoints().front().port(); }

std::vector<std::string> Server::addresses() const {
  std::vector<std::string> addresses;
  for (const auto& endpoint : impl_->accepting.endpoints()) {
    addresses.push_back(endpoint.address().to_string());
  }
  return addresses;
}

Totals Server::totals() const { return impl_->registry.totals(); }

}  // namespace sock
