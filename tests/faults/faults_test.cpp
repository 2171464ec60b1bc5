// Conversations over real sockets in which, one after the other, every call that the server makes
// goes wrong. What need not cost a byte costs none; what costs a client its connection costs
// nobody else anything; nothing is left behind, and nothing hangs.

#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "faults/faults.hpp"
#include "sock/server.hpp"
#include "sock/wait.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using faults::Call;
using faults::Fault;

// One of the clients says something, and then each reads exactly this.
struct Turn {
  std::size_t who;
  std::string says;
  std::vector<std::string> hear;
};

struct Conversation {
  const char* service;
  std::size_t clients;
  std::vector<std::string> greetings;
  std::vector<Turn> turns;
};

const std::string long_text = [] {
  std::string text;
  for (int i = 0; text.size() < 150'000; ++i) text += std::to_string(i) + (i % 9 != 0 ? " " : "\n");
  return text;
}();

const std::string long_name = "bartholomew.long";  // as long as may be: it needs memory of its own

const std::string welcome_end = "\n* /nick NAME to choose a name, /help for the rest\n";

const std::vector<Conversation>& conversations() {
  static const std::vector<Conversation> all{
      {"echo", 1, {""}, {{0, "hola\0\xff\r"s, {"hola\0\xff\r"s}}, {0, long_text, {long_text}}}},
      {"quit", 1, {""}, {{0, "uno\r\n\ndos\n", {"uno\r\n\ndos\n"}}, {0, "quit\n", {""}}}},
      {"hola", 1, {""}, {{0, "hola\n", {"pues hola\n"}}, {0, "adios\n", {"pues adios\n"}}}},
      {"greet", 1, {"Hola\n"}, {{0, "Hola de vuelta!\n", {""}}}},
      {"chat",
       1,
       {"* welcome, you are guest1. nobody else is here" + welcome_end},
       {{0, "/nick ana\n/who\n", {"* you are now ana\n* 1 here: ana (you)\n"}},
        {0, "/quit\n", {"* adios\n"}}}},
      {"chat",
       3,
       {"* welcome, you are guest1. nobody else is here" + welcome_end +
            "* guest2 joined (2 here)\n* guest3 joined (3 here)\n",
        "* welcome, you are guest2. 1 other here: guest1" + welcome_end +
            "* guest3 joined (3 here)\n",
        "* welcome, you are guest3. 2 others here: guest1, guest2" + welcome_end},
       {{0,
         "hola\nque tal\n",
         {"", "guest1: hola\nguest1: que tal\n", "guest1: hola\nguest1: que tal\n"}},
        {2,
         "/msg guest2 psst\nbien\n",
         {"guest3: bien\n", "guest3 -> you: psst\nguest3: bien\n", "* to guest2: psst\n"}},
        {2,
         "/nick " + long_name + "\n",
         {"* guest3 is now " + long_name + "\n", "* guest3 is now " + long_name + "\n",
          "* you are now " + long_name + "\n"}},
        {1, "/quit\n", {"* guest2 left\n", "* adios\n", "* guest2 left\n"}}}},
  };
  return all;
}

// Few, since a client that has just talked keeps a server that is stopped for 200 ms (serve.cpp).
std::vector<Conversation> talks_before_a_stop() {
  std::vector<Conversation> some{conversations().front(), conversations().back()};
  some.back().turns.pop_back();  // so that nobody has left
  return some;
}

// Few, since a server that could not accept waits for 200 ms (accepting.cpp).
std::vector<Conversation> talks_without_memory() {
  const auto& all = conversations();
  return {all[0], all[1], all.back()};
}

// A client that notes all it reads.
class Client {
 public:
  explicit Client(RunningServer& running) : stream_(running.connect()) {}

  void say(std::string_view text) {
    try {
      while (!text.empty() && !ended) {
        text.remove_prefix(stream_.try_write(text).bytes);
        if (!text.empty()) wait(POLLIN | POLLOUT);
        read_what_is_there();  // an echo, so that nobody has to wait for room
      }
    } catch (const std::system_error&) {
      ended = true;
    }
  }

  // Reads until it has read so many bytes in all, or the end.
  void read_up_to(std::size_t bytes) {
    while (heard.size() < bytes && !ended) {
      wait(POLLIN);
      read_what_is_there();
    }
  }
  void read_to_the_end() { read_up_to(std::string::npos); }

  void read_what_is_there() {
    std::array<char, 65536> buffer;
    try {
      for (;;) {
        const auto read = stream_.try_read(buffer);
        ended = ended || read.state == sock::TryState::ended;
        if (read.state != sock::TryState::done) return;
        heard.append(buffer.data(), read.bytes);
      }
    } catch (const std::system_error&) {
      ended = true;
    }
  }

  void half_close() { stream_.shutdown_send(); }

  // Whether all that was said has reached the server's system.
  bool has_arrived() const {
    int waiting = 0;
    ::ioctl(stream_.native_handle(), TIOCOUTQ, &waiting);
    return waiting == 0;
  }

  std::string heard;
  bool ended = false;
  bool hung = false;  // it waited for longer than only a hang can take

 private:
  void wait(short events) {
    hung = !sock::wait_for(stream_.native_handle(), events, sock::Clock::now() + 30s);
    ended = ended || hung;
  }

  sock::Stream stream_;
};

// Counts without memory, of which a recorder needs some.
class HarmCounter final : public sock::Observer {
 public:
  void closed(const sock::Client&, const sock::Closing& closing) noexcept override {
    if (closing.why == sock::End::lost || closing.why == sock::End::too_slow) ++harmed;
  }
  void refused(const sock::Endpoint&, sock::Refusal) noexcept override { ++harmed; }

  std::atomic<int> harmed{0};
} harm;

using Clients = std::vector<std::unique_ptr<Client>>;

struct Outcome {
  std::vector<std::string> expected;
  std::vector<std::string> heard;
  bool hung = false;
  sock::Totals totals;
  int harmed = 0;  // clients
  int faults = 0;
};

// False: one of the clients has been ended, so what is expected may not come.
bool all_read_what_is_expected(const Clients& clients, const std::vector<std::string>& expected) {
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const auto one_ended = [&] {
      for (const auto& client : clients) client->read_what_is_there();
      return std::ranges::any_of(clients, [](const auto& client) { return client->ended; });
    };
    // Never waits for one client alone: another may be the one that was ended.
    const auto done = [&] { return clients[i]->heard.size() >= expected[i].size() || one_ended(); };
    clients[i]->hung = !eventually(done);
    if (clients[i]->heard.size() < expected[i].size()) return false;
  }
  return true;
}

// False: it broke off, because a client was ended.
bool talk(const Conversation& conversation, RunningServer& running, Clients& clients,
          std::vector<std::string>& expected) {
  for (const auto& greeting : conversation.greetings) {
    clients.push_back(std::make_unique<Client>(running));
    // The next one joins when this one has been welcomed; what comes after is about the next one.
    const auto welcome = greeting.find(welcome_end);
    expected.push_back(
        greeting.substr(0, welcome == std::string::npos ? welcome : welcome + welcome_end.size()));
    if (!all_read_what_is_expected(clients, expected)) return false;
  }
  expected = conversation.greetings;
  if (!all_read_what_is_expected(clients, expected)) return false;
  for (const auto& turn : conversation.turns) {
    clients[turn.who]->say(turn.says);
    for (std::size_t i = 0; i < clients.size(); ++i) expected[i] += turn.hear[i];
    if (!all_read_what_is_expected(clients, expected)) return false;
  }
  return true;
}

void read_to_the_end(const Clients& clients, Outcome& outcome) {
  for (const auto& client : clients) {
    client->read_to_the_end();
    outcome.hung = outcome.hung || client->hung;
    outcome.heard.push_back(client->heard);
  }
}

std::unique_ptr<RunningServer> server_of(const Conversation& conversation, sock::Mode mode,
                                         std::size_t max_connections = 1000) {
  return std::make_unique<RunningServer>(
      // Framing by lines does not depend on the reads.
      sock::find_service(conversation.service)->make({.framing = sock::Framing::line}),
      sock::ServerOptions{
          .hosts = {"127.0.0.1"}, .mode = mode, .max_connections = max_connections, .grace = 1h},
      &harm);
}

void stop(RunningServer& running, Outcome& outcome) {
  running.server.stop();
  outcome.hung = outcome.hung || !eventually([&] { return running.has_ended(); });
  outcome.totals = running.server.totals();
  outcome.harmed = harm.harmed.exchange(0);
}

// The clients talk, and leave.
Outcome talk_with(const Fault& fault, const Conversation& conversation, sock::Mode mode) {
  Outcome outcome;
  const auto running = server_of(conversation, mode);
  faults::inject(fault);
  {
    Clients clients;
    talk(conversation, *running, clients, outcome.expected);
    // In turn, so that those who stay read of those who leave.
    if (clients.size() == 3) outcome.expected[2] += "* guest1 left\n";
    for (const auto& client : clients) {
      client->half_close();
      client->read_to_the_end();
    }
    read_to_the_end(clients, outcome);
  }
  const auto has_left = [&] { return running->server.totals().active == 0; };
  outcome.hung = outcome.hung || !eventually(has_left);
  outcome.faults = faults::stop();
  {
    // Whatever happened, the next client is served.
    Client next(*running);
    next.say(conversation.service == "chat"s ? "/quit\n" : "adios\n");
    next.half_close();
    next.read_to_the_end();
    outcome.hung = outcome.hung || next.hung || next.heard.empty();
  }
  stop(*running, outcome);
  return outcome;
}

// The clients talk, and the server is stopped when it has their last words, but has perhaps not
// read them.
Outcome stop_with(const Fault& fault, const Conversation& conversation, sock::Mode mode) {
  Outcome outcome;
  const auto running = server_of(conversation, mode);
  const bool is_for_the_stop = fault.call == Call::memory;  // or memory would lack long before it
  if (!is_for_the_stop) faults::inject(fault);
  Clients clients;
  const bool complete = talk(conversation, *running, clients, outcome.expected);
  if (is_for_the_stop) faults::inject(fault);
  const bool is_chat = conversation.service == "chat"s;
  const std::string last_words = is_chat ? "" : long_text + "\n";
  for (std::size_t i = 0; i < clients.size() && complete; ++i) {
    clients[i]->say(last_words);
    const auto arrived = [&] { return clients[i]->ended || clients[i]->has_arrived(); };
    outcome.hung = outcome.hung || !eventually(arrived);
    outcome.expected[i] += is_chat ? "* the server is shutting down\n" : last_words;
  }
  std::thread([&] { running->server.stop(); }).join();  // its calls can fail too
  read_to_the_end(clients, outcome);
  clients.clear();
  stop(*running, outcome);
  outcome.faults = faults::stop();
  return outcome;
}

// One client is connected, and that is all there may be, when a second one comes.
Outcome refuse_with(const Fault& fault, const Conversation& conversation, sock::Mode mode) {
  Outcome outcome;
  const bool is_refused = mode != sock::Mode::blocking;  // there it waits until the first has left
  const auto running = server_of(conversation, mode, 1);
  const auto& turn = conversation.turns.front();
  const std::string answer = conversation.greetings.front() + turn.hear.front();
  outcome.expected = {answer + answer,
                      is_refused ? "* server full (1 connection), try later\n" : ""};
  Clients clients;
  clients.push_back(std::make_unique<Client>(*running));
  clients[0]->say(turn.says);
  clients[0]->read_up_to(answer.size());
  faults::inject(fault);
  clients.push_back(std::make_unique<Client>(*running));
  if (is_refused) clients[1]->read_to_the_end();
  outcome.faults = faults::stop();
  clients[0]->say(turn.says);
  for (const auto& client : clients) {
    client->half_close();
    client->read_to_the_end();
  }
  read_to_the_end(clients, outcome);
  clients.clear();
  stop(*running, outcome);
  return outcome;
}

std::ptrdiff_t count(const char* folder) {
  const std::filesystem::directory_iterator all(folder);
  return std::distance(begin(all), end(all));
}

struct Held {
  std::ptrdiff_t descriptors = count("/proc/self/fd");
  std::ptrdiff_t threads = count("/proc/self/task");
  friend bool operator==(const Held&, const Held&) = default;
};

// Every line of `heard` is one of `expected`, in that order, but for those that the server says
// about a fault; the last may be cut short.
bool is_part_of(std::string_view heard, std::string_view expected) {
  while (!heard.empty()) {
    const std::size_t size = std::min(heard.find('\n'), heard.size() - 1) + 1;
    const std::string_view line = heard.substr(0, size);
    heard.remove_prefix(size);
    const auto at = expected.find(line);
    if (at != expected.npos) {
      expected.remove_prefix(at + size);
    } else if (!line.starts_with("* ")) {
      return false;
    }
  }
  return true;
}

bool is_made_in(sock::Mode mode, Call call) {
  if (call == Call::thread) return mode == sock::Mode::threads;
  if (call == Call::eventfd) return mode != sock::Mode::async;
  if (call == Call::epoll_ctl) return mode == sock::Mode::async;
  return true;
}

// Holds the conversations once for each call that can go wrong, in every mode. `run` holds one, and
// `judge` says what is right then.
template <typename Run, typename Judge>
void each_in_turn(Call call, const std::vector<int>& effects, const std::vector<Conversation>& some,
                  Run run, Judge judge,
                  int most = 60,  // calls; a server that polls from time to time makes any number
                  std::span<const sock::Mode> modes = all_modes) {
  const faults::Unharmed me;
  run(Fault{}, some.front(), sock::Mode::threads);  // what is opened once is open then
  faults::stop();
  const Held before;
  for (const auto mode : modes) {
    int happened = 0;
    for (const auto& conversation : some) {
      if (mode == sock::Mode::blocking && conversation.clients > 1) continue;
      for (const int effect : effects) {
        // If every other allocation failed, accepting could fail each time that it is tried again.
        const int first = call == Call::memory ? 1 : faults::every_other;
        const int step = call == Call::memory ? effect : 1;
        for (int number = first; number <= most; number += step) {
          INFO(name_of(mode) << ", " << conversation.service << ", clients " << conversation.clients
                             << ", call " << static_cast<int>(call) << ", effect " << effect
                             << ", number " << number);
          const Outcome outcome = run(Fault{call, effect, number}, conversation, mode);
          CHECK_FALSE(outcome.hung);
          CHECK(outcome.totals.active == 0);
          judge(outcome);
          happened += outcome.faults;
          if (outcome.faults == 0 && number != faults::every_other) break;
        }
      }
    }
    INFO(name_of(mode) << ", call " << static_cast<int>(call));
    CHECK((happened > 0 || !is_made_in(mode, call)));
  }
  CHECK(eventually([&] { return Held() == before; }));
}

void expect_every_byte(const Outcome& outcome) {
  for (std::size_t i = 0; i < outcome.heard.size(); ++i) {
    const bool same = outcome.heard[i] == outcome.expected[i];
    if (!same) UNSCOPED_INFO("client " << i << " heard\n" << outcome.heard[i].substr(0, 2000));
    CHECK(same);
  }
}

// A fault may cost a client its connection, at any byte; never a byte before others.
void expect_no_wrong_byte(const Outcome& outcome) {
  for (std::size_t i = 0; i < outcome.heard.size(); ++i) {
    const bool right = outcome.heard.size() == 1
                           ? outcome.expected[i].starts_with(outcome.heard[i]) ||
                                 outcome.heard[i].starts_with("* server busy, try later\n")
                           : is_part_of(outcome.heard[i], outcome.expected[i]);
    if (!right) UNSCOPED_INFO("client " << i << " heard\n" << outcome.heard[i].substr(0, 2000));
    CHECK(right);
  }
}

void expect_refusal(const Outcome& outcome) {
  CHECK(outcome.heard[0] == outcome.expected[0]);
  // It is told so, or at least let go.
  CHECK(outcome.expected[1].starts_with(outcome.heard[1]));
}

// In a chat: nobody is said to leave who has not been heard of, or by an earlier name.
void expect_that_who_left_was_there(const Outcome& outcome) {
  for (const std::string& heard : outcome.heard) {
    for (auto at = heard.find(" left"); at != heard.npos; at = heard.find(" left", at + 1)) {
      const auto begin = heard.rfind(' ', at - 1);
      const std::string name = heard.substr(begin, at - begin);
      CHECK(heard.find(name) < begin);
      CHECK(heard.find(name + " is now") > begin);
    }
  }
}

}  // namespace

TEST_CASE("receiving a byte at a time, interrupted or for nothing costs no byte") {
  each_in_turn(Call::receive, {faults::one_byte, EINTR, EAGAIN}, conversations(), talk_with,
               expect_every_byte);
}

TEST_CASE("sending a byte at a time, interrupted or without room costs no byte") {
  each_in_turn(Call::send, {faults::one_byte, EINTR, EAGAIN}, conversations(), talk_with,
               expect_every_byte);
}

TEST_CASE("waiting that is interrupted or ends for nothing costs no byte") {
  each_in_turn(Call::wait, {EINTR, faults::false_ready}, conversations(), talk_with,
               expect_every_byte);
}

TEST_CASE("a stop in which calls do less, are interrupted or have to be repeated costs no byte") {
  const auto talks = talks_before_a_stop();
  each_in_turn(Call::receive, {faults::one_byte, EINTR}, talks, stop_with, expect_every_byte, 2);
  each_in_turn(Call::send, {faults::one_byte, EAGAIN}, talks, stop_with, expect_every_byte, 2);
  each_in_turn(Call::wait, {EINTR}, talks, stop_with, expect_every_byte, 2);
}

TEST_CASE("accepting that is interrupted, or finds nobody, costs nobody anything") {
  each_in_turn(Call::accept, {EINTR, EAGAIN, ECONNABORTED, EPROTO}, conversations(), talk_with,
               expect_every_byte);
}

TEST_CASE("accepting without descriptors or memory is tried again") {
  each_in_turn(Call::accept, {EMFILE, ENFILE, ENOBUFS, ENOMEM}, {conversations().front()},
               talk_with, expect_every_byte);
}

TEST_CASE("receiving that fails costs that client its connection, and nobody else anything") {
  each_in_turn(Call::receive, {ECONNRESET, ETIMEDOUT, ENOMEM}, conversations(), talk_with,
               expect_no_wrong_byte);
}

TEST_CASE("sending that fails costs that client its connection, and nobody else anything") {
  each_in_turn(Call::send, {ECONNRESET, EPIPE, ENOBUFS}, conversations(), talk_with,
               expect_no_wrong_byte);
}

TEST_CASE("a stop in which receiving or sending fails costs that client its last words only") {
  const auto talks = talks_before_a_stop();
  each_in_turn(Call::receive, {ECONNRESET}, talks, stop_with, expect_no_wrong_byte, 2);
  each_in_turn(Call::send, {EPIPE}, talks, stop_with, expect_no_wrong_byte, 2);
}

TEST_CASE("want of a descriptor or of memory for a client costs nobody else anything") {
  each_in_turn(Call::eventfd, {EMFILE}, conversations(), talk_with, expect_no_wrong_byte);
  each_in_turn(Call::epoll_ctl, {ENOSPC}, conversations(), talk_with, expect_no_wrong_byte);
  each_in_turn(Call::epoll_ctl, {ENOMEM}, {conversations().front()}, talk_with,
               expect_no_wrong_byte);
}

TEST_CASE(
    "want of a descriptor or of memory for a client that is refused costs nobody else anything") {
  each_in_turn(Call::epoll_ctl, {ENOSPC, ENOMEM}, {conversations().front()}, refuse_with,
               expect_refusal);
}

TEST_CASE("want of a thread for a client costs nobody else anything") {
  each_in_turn(Call::thread, {EAGAIN}, conversations(), talk_with, expect_no_wrong_byte);
}

TEST_CASE("want of memory costs at most the client that it is for") {
  each_in_turn(
      Call::memory, {1}, talks_without_memory(), talk_with,
      [](const Outcome& outcome) {
        expect_no_wrong_byte(outcome);
        expect_that_who_left_was_there(outcome);
        CHECK(outcome.harmed <= 1);
      },
      200);
}

TEST_CASE("want of memory, also for what is done about it, harms no server") {
  each_in_turn(
      Call::memory, {5}, talks_without_memory(), talk_with,
      [](const Outcome& outcome) {
        expect_no_wrong_byte(outcome);
        expect_that_who_left_was_there(outcome);
      },
      200);
}

TEST_CASE("want of memory for a client that is refused costs nobody else anything") {
  // In mode blocking, nobody is.
  constexpr std::array modes{sock::Mode::threads, sock::Mode::async};
  each_in_turn(Call::memory, {1, 2, 3}, {conversations().front()}, refuse_with, expect_refusal, 60,
               modes);
}

TEST_CASE("want of memory at a stop costs a client its last words only") {
  each_in_turn(Call::memory, {1, 100}, talks_before_a_stop(), stop_with, expect_no_wrong_byte, 6);
}
