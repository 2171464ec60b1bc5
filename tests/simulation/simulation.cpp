#include "simulation/simulation.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulation/client.hpp"
#include "simulation/datagrams.hpp"
#include "simulation/loop_driver.hpp"
#include "simulation/thread_driver.hpp"
#include "sock/service.hpp"

namespace simulation {
namespace {

using namespace std::chrono_literals;

// The seed's choices for a whole server.
struct Setting {
  explicit Setting(Random& random) {
    protocol = random.any({"chat", "chat", "chat", "chat", "chat", "echo", "quit", "hola"});
    clients = random.between(1, 8);
    loops = random.below(3);
    is_flood = random.one_in(4);
    options.history = random.any({std::size_t{0}, std::size_t{3}, std::size_t{20}});
    options.rate = random.any({0U, 1000U, is_flood ? 0U : 1000U, 65536U});
    // As much as can be said at once, before a reading client gets to read.
    const std::size_t at_once = options.rate == 1000 ? 4000 : 16 * 1024;
    options.max_queue = clients * at_once * 2 + 8000;
    memory_lacks = random.one_in(5);
    stop_after = random.up_to(random.one_in(2) ? 500ms : 5s);
    grace = random.one_in(8) ? 0s : 10s;
  }

  std::string_view protocol;
  std::size_t clients, loops;  // 0 loops: a thread for each client
  bool is_flood, memory_lacks;
  sock::MessageOptions options;
  std::chrono::nanoseconds stop_after, grace;
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed) : random_(seed) {}

  void run() {
    tell(std::string(setting_.protocol) + ", " + std::to_string(setting_.clients) + " clients, " +
         (setting_.loops == 0 ? "threads" : std::to_string(setting_.loops) + " loops") + ", rate " +
         std::to_string(setting_.options.rate) + ", bound " +
         std::to_string(setting_.options.max_queue) + (setting_.is_flood ? ", flood" : "") +
         (setting_.memory_lacks ? ", little memory" : ""));
    for (std::size_t i = 0; i < setting_.clients; ++i) schedule_.start(come());
    for (std::size_t i = 0; i < setting_.loops; ++i) {
      loops_.push_back(std::make_unique<Loop>(world_, registry_));
      schedule_.start(loops_.back()->run(is_over_));
    }
    if (row_.takes_datagrams) {
      datagrams_ = std::make_unique<Datagrams>(random_, schedule_, row_, setting_.options);
      datagrams_->start();
    }
    schedule_.start(operate());
    for (std::size_t steps = 0; !schedule_.is_empty(); ++steps) {
      require(steps < 2'000'000, "it does not come to an end");
      if (setting_.memory_lacks && memory::has_failed() && random_.one_in(50)) {
        memory::fail_after(random_.below(100));
      }
      if (random_.one_in(64)) schedule_.pass(random_.up_to(1ms));
      if (!is_over_ && random_.one_in(4000)) stall();
      if (schedule_.step()) continue;
      check_rest();
      if (!schedule_.advance()) fail("everything waits, and not for the time");
    }
    memory::fail_after(memory::never);
    check_end();
  }

 private:
  // A client connects, and is served.
  Task come() {
    co_await schedule_.sleep(random_.up_to(random_.one_in(2) ? 0ms : 1s));
    const auto wire =
        std::make_shared<Wire>(random_, schedule_,
                               Wire::Sizes{.server_in = random_.any({100U, 3000U, 100'000U}),
                                           .server_out = random_.any({50U, 1000U, 100'000U}),
                                           .client_in = random_.any({50U, 1000U, 100'000U})},
                               random_.one_in(3));
    Account& account = judge_.open_account();
    auto& client = clients_.emplace_back(
        Client{world_, account, wire, some_habits(random_, setting_.protocol, setting_.is_flood)});
    account.is_behind_proxy = random_.one_in(4);
    if (account.is_behind_proxy) account.header = some_header(random_);
    using Reads = Habits::Reads;
    account.is_quick = client.habits.reads == Reads::at_once;
    account.is_healthy =
        client.habits.reads == Reads::at_once || client.habits.reads == Reads::soon;
    schedule_.start(write_all(client));
    schedule_.start(read_all(client));
    if (is_over_) {  // the server accepts no more
      wire->close();
      co_return false;
    }
    serve(account, wire);
    co_return true;
  }

  void serve(Account& account, const std::shared_ptr<Wire>& wire) try {
    if (loops_.empty()) {
      const auto made = make<ThreadConnection>(world_, registry_, account, wire);
      registry_.add(made);
      schedule_.start(made->serve());
    } else {
      Loop& loop = *loops_[random_.below(loops_.size())];
      const auto made = make<LoopConnection>(world_, registry_, account, wire, loop);
      registry_.add(made);
      loop.serve(made);
    }
  } catch (const std::bad_alloc&) {  // refused
    account.is_harmed = true;
    wire->close();
  }

  template <typename T, typename... Arguments>
  std::shared_ptr<T> make(Arguments&&... arguments) {
    const memory::Watch watch;
    return std::make_shared<T>(std::forward<Arguments>(arguments)...);
  }

  // Stops the server, and after the grace cuts the remaining connections.
  Task operate() {
    co_await schedule_.sleep(setting_.stop_after);
    tell("stop");
    is_over_ = true;
    registry_.stop();
    if (datagrams_) datagrams_->stop();
    co_await schedule_.until([this] { return registry_.is_empty(); },
                             schedule_.now() + setting_.grace);
    if (registry_.is_empty()) co_return true;
    for (const auto& one : registry_.open()) {
      if (setting_.grace > 0s && is_well(one->account)) {
        fail("client " + std::to_string(one->account.id) + ", which reads, is cut after the grace");
      }
    }
    tell("cut");
    registry_.cut();
    const auto cut_at = schedule_.now();
    co_await schedule_.until([this] { return registry_.is_empty(); });
    require(schedule_.now() - cut_at < 100ms, "a cut is not the end");
    co_return true;
  }

  // The whole program is stopped for a while.
  void stall() {
    tell("stall");
    schedule_.pass(random_.up_to(900ms));  // shorter than the wait before a close
    for (const auto& one : registry_.open()) one->check_heard(true);
  }

  bool is_well(const Account& account) const {
    return account.is_quick && !account.is_harmed && account.ends == 0;
  }

  // Nothing happens before the next deadline.
  void check_rest() {
    bool is_at_rest = true;
    for (const auto& one : registry_.open()) {
      one->check_not_stuck();
      one->check_heard(false);
      is_at_rest = is_at_rest && one->is_at_rest();
    }
    if (!is_at_rest) return;
    const std::size_t members =
        registry_.open().size() + (datagrams_ ? datagrams_->peers() : 0) + 1;
    const std::size_t history = setting_.options.history * 5000;
    if (memory::live_bytes() > members * 10'000 + history) {
      fail("memory is kept for nothing: " + std::to_string(memory::live_bytes()) + " bytes for " +
           std::to_string(members));
    }
  }

  void check_end() {
    require(registry_.is_empty(), "a connection is left");
    if (datagrams_) datagrams_->check_end();
    for (const auto& client : clients_) {
      const Account& account = client.account;
      require(account.ends <= 1 && account.closings == account.ends, "not told of its end, once");
      if (account.is_harmed || account.ends == 0 || account.was_behind) continue;
      require(account.consumed >= std::min(account.owed, account.input.size()) ||
                  account.why == sock::End::by_server || account.why == sock::End::peer_closed ||
                  has_said_goodbye(account),
              "what was sent before the stop is not answered");
      // A silent client is not waited for; what it sends after its end is answered with a reset.
      const bool has_come_late =
          !account.was_lingered_for && !account.had_unread && client.wire->was_reset();
      if (account.is_quick && !has_come_late &&
          (!client.has_read_all || account.received != account.sent)) {
        fail("client " + std::to_string(account.id) + ", which reads, has got " +
             std::to_string(account.received) + " of " + std::to_string(account.sent) + " bytes" +
             (client.wire->was_reset() ? ", and a reset" : ""));
      }
    }
  }
  static bool has_said_goodbye(const Account& account) {
    return account.input.find("quit") != std::string::npos ||
           account.input.find("adios") != std::string::npos;
  }

  Random random_;
  Schedule schedule_{random_};
  const Setting setting_{random_};
  const sock::ServiceRow& row_ = *sock::find_service(setting_.protocol);
  const std::unique_ptr<sock::Service> service_ = row_.make(setting_.options);
  Judge judge_{*service_, setting_.protocol == "chat", setting_.options.history};
  World world_{random_, schedule_, judge_, *service_, setting_.options.max_queue};
  std::deque<Client> clients_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::unique_ptr<Datagrams> datagrams_;  // in addition, if the protocol supports them
  Registry registry_;
  bool is_over_ = false;
};

}  // namespace

void simulate(std::uint64_t seed) {
  const auto before = memory::live_bytes();
  Simulation(seed).run();
  require(memory::live_bytes() == before, "memory is left over");
}

}  // namespace simulation
