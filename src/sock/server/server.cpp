// Puts the parts together: how a client is served, and how a server stops. The modes differ only
// here.

#include "sock/server.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include "server/admission.hpp"
#include "server/datagram_doors.hpp"
#include "server/event_loops.hpp"
#include "server/registry.hpp"
#include "server/serve_async.hpp"
#include "server/serve_blocking.hpp"
#include "server/sweeper.hpp"
#include "server/tcp_sampler.hpp"
#include "server/workers.hpp"

namespace sock {
namespace {

using namespace std::chrono_literals;

// A thread that waits in recv(2) returns after this time at the latest; from then on it waits for
// input and for a stop. So a message costs two system calls, and a silent client at most two more.
constexpr auto longest_receive = 50ms;

Observer& nobody() {
  static Observer observer;
  return observer;
}

std::vector<Door> one_door(const ServerOptions& options, std::unique_ptr<Service> service) {
  Door door{.service = std::move(service)};
  door.hosts = options.hosts;
  door.port = options.port;
  door.family = options.family;
  return {std::move(door)};
}

// An action that runs on the first loop's thread when a thread asks for it.
class Housekeeping final : public Served {
 public:
  explicit Housekeeping(std::function<void()> action) : action_(std::move(action)) {}
  bool proceed() noexcept override {
    action_();
    return false;
  }

 private:
  std::function<void()> action_;
};

}  // namespace

struct Server::Impl {
  Impl(ServerOptions wanted, std::vector<Door> opened, Observer* watching);

  void run();
  void stop() noexcept;
  void cut() noexcept;

  bool run_one();
  void give_up();
  void serve(Descriptor& socket, Client client, const Newcomer& newcomer);
  void add(const std::shared_ptr<Connection>& connection, Descriptor& socket);
  std::shared_ptr<TcpObserver> watch_tcp(const Descriptor& socket, const Client& client);
  void keep_house();
  void on_change() {
    if (stopping || options.once || admission.has_waiting()) ask_for_housekeeping();
  }
  void ask_for_housekeeping() { loops.first().soon(housekeeping); }

  const ServerOptions options;
  const std::vector<Door> doors;
  Observer& observer;
  std::atomic<bool> stopping{false}, cutting{false};
  Registry registry;
  WakeFd is_stopping;  // readable after a stop
  EventLoops loops;    // the first one accepts, in every mode
  const std::shared_ptr<Served> housekeeping;
  std::atomic<std::uint64_t> last_id{0};  // of the clients
  DatagramDoors datagrams;
  Admission admission;
  Workers workers;
  Sweeper sweeper;
  std::optional<TcpSampler> tcp_sampler;  // with ServerOptions::watch_tcp
  std::exception_ptr failure;             // used on the first loop's thread
};

Server::Impl::Impl(ServerOptions wanted, std::vector<Door> opened, Observer* watching)
    : options(std::move(wanted)),
      doors(std::move(opened)),
      observer(watching != nullptr ? *watching : nobody()),
      registry([this] { on_change(); }),
      loops(options.mode == Mode::async ? std::max<std::size_t>(options.loops, 1) : 1),
      housekeeping(std::make_shared<Housekeeping>([this] { keep_house(); })),
      datagrams(doors, observer, last_id, options.idle_timeout),
      admission(
          options, doors, last_id, observer, registry, loops.first(),
          [this](Descriptor& socket, Client client, const Newcomer& newcomer) {
            serve(socket, std::move(client), newcomer);
          },
          [this] { ask_for_housekeeping(); }),
      workers(loops.first(),
              {.run_one = [this] { return run_one(); },
               .refuse =
                   [this](const Workers::Client& client) {
                     registry.withdraw(*client);
                     admission.refuse(client->socket,
                                      {client->client.address, &client->reception.door},
                                      Refusal::no_resources);
                   },
               .is_accepting = [this] { return !admission.acceptor().is_closed(); }},
              options.mode == Mode::blocking),
      sweeper(registry, options.idle_timeout, [this] {
        cutting = true;
        registry.cut();
        datagrams.cut();
        ask_for_housekeeping();
      }) {
  if (options.watch_tcp) tcp_sampler.emplace();
  if (options.mode != Mode::async) admission.acceptor().set_receive_timeout(longest_receive);
}

void Server::Impl::run() {
  datagrams.start();
  admission.acceptor().start();
  if (options.mode == Mode::async) {
    while (!loops.first().is_stopped()) try {
        loops.first().run();
      } catch (...) {
        give_up();
      }
  } else {
    workers.run();
  }
  datagrams.stop();
  datagrams.join();
  loops.end();  // the thread that removed the last connection may not have returned
  if (failure) std::rethrow_exception(failure);
}

bool Server::Impl::run_one() try { return loops.first().run_one(); } catch (...) {
  give_up();
  return true;
}

// A service has thrown: the server accepts no more clients, so it cuts all of them.
void Server::Impl::give_up() {
  if (!failure) failure = std::current_exception();
  stop();
  cut();
}

void Server::Impl::add(const std::shared_ptr<Connection>& connection, Descriptor& socket) try {
  registry.add(connection);
} catch (...) {
  socket = std::move(connection->socket);
  throw;
}

// Returns nullptr if its TCP state is not wanted, or it does not use TCP.
std::shared_ptr<TcpObserver> Server::Impl::watch_tcp(const Descriptor& socket,
                                                     const Client& client) {
  if (!tcp_sampler || client.address.transport != Transport::tcp) return nullptr;
  auto watch = std::make_shared<TcpObserver>(socket.get(), client, observer);
  tcp_sampler->add(watch);
  return watch;
}

// The mode decides which thread serves the client.
void Server::Impl::serve(Descriptor& socket, Client client, const Newcomer& newcomer) {
  const Door& door = *newcomer.door;
  auto tcp = watch_tcp(socket, client);
  const Reception reception{door, *door.service, tcp ? *tcp : observer, newcomer.has_faults};
  if (options.mode == Mode::async) {
    auto connection = std::make_shared<LoopConnection>(socket, std::move(client), reception,
                                                       loops.next(), registry);
    connection->tcp = std::move(tcp);
    add(connection, socket);
    connection->serve();
    return loops.deal();
  }
  auto connection = std::make_shared<ThreadConnection>(socket, std::move(client), reception,
                                                       registry, is_stopping);
  connection->tcp = std::move(tcp);
  add(connection, socket);
  workers.add(std::move(connection));
}

// Called on the first loop's thread, when a place has become free, and at a stop.
void Server::Impl::keep_house() {
  if (stopping) admission.close();
  if (cutting) admission.cut();
  admission.look_again();
  if (admission.is_over() && registry.is_empty()) loops.stop();
}

void Server::Impl::stop() noexcept {
  if (stopping.exchange(true)) return;
  sweeper.cut_at(Clock::now() + options.grace);
  admission.acceptor().shut_down();
  datagrams.stop();
  registry.stop();
  is_stopping.notify();
  ask_for_housekeeping();
}

void Server::Impl::cut() noexcept {
  stop();
  sweeper.cut_at(Clock::now());
}

Server::Server(ServerOptions options, std::vector<Door> doors, Observer* observer)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(doors), observer)) {}

Server::Server(ServerOptions options, std::unique_ptr<Service> service, Observer* observer)
    : Server(options, one_door(options, std::move(service)), observer) {}

Server::~Server() = default;

void Server::run() { impl_->run(); }

void Server::stop() noexcept { impl_->stop(); }

void Server::cut() noexcept { impl_->cut(); }

const std::vector<Endpoint>& Server::endpoints(std::size_t door) const {
  if (impl_->doors.at(door).datagrams) return impl_->datagrams.endpoints(door);
  return impl_->admission.acceptor().endpoints(door);
}

std::uint16_t Server::port() const { return endpoints().front().port; }

Totals Server::totals() const {
  Totals totals = impl_->registry.totals();
  impl_->datagrams.add_to(totals);
  return totals;
}

}  // namespace sock
