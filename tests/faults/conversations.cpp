#include "faults/conversations.hpp"

#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string_view>
#include <system_error>
#include <thread>

#include "sock/wait.hpp"
#include "support/eventually.hpp"
#include "support/running_server.hpp"

namespace faults {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

const std::string long_text = [] {
  std::string text;
  for (int i = 0; text.size() < 150'000; ++i) text += std::to_string(i) + (i % 9 != 0 ? " " : "\n");
  return text;
}();

const std::string long_name = "bartholomew.long";  // the longest allowed: its string is on the heap

const std::string welcome_end = "\n* /nick NAME to choose a name, /help for the rest\n";

// A client that keeps everything it reads.
class Client {
 public:
  explicit Client(RunningServer& running) : stream_(running.connect()) {}

  void say(std::string_view text) {
    try {
      while (!text.empty() && !ended) {
        text.remove_prefix(stream_.try_write(text).bytes);
        if (!text.empty()) wait(POLLIN | POLLOUT);
        read_what_is_there();  // an echo, so that no side has to wait for room
      }
    } catch (const std::system_error&) {
      ended = true;
    }
  }

  // Reads until `bytes` were read in total, or until the end.
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

  // Whether everything said has reached the server's system.
  bool has_arrived() const { return ::has_arrived(stream_); }

  std::string heard;
  bool ended = false;
  bool hung = false;  // it waited longer than only a hang can last

 private:
  void wait(short events) {
    hung = !sock::wait_for(stream_.native_handle(), events, sock::Clock::now() + 30s);
    ended = ended || hung;
  }

  sock::Stream stream_;
};

// Counts without memory; a recorder would need some.
class HarmCounter final : public sock::Observer {
 public:
  void closed(const sock::Client&, const sock::Closing& closing) noexcept override {
    if (closing.why == sock::End::lost || closing.why == sock::End::too_slow) ++harmed;
  }
  void refused(const sock::Endpoint&, sock::Refusal) noexcept override { ++harmed; }

  std::atomic<int> harmed{0};
} harm;

using Clients = std::vector<std::unique_ptr<Client>>;

// Returns false if a client was ended, so that expected text may not come.
bool all_read_what_is_expected(const Clients& clients, const std::vector<std::string>& expected) {
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const auto one_ended = [&] {
      for (const auto& client : clients) client->read_what_is_there();
      return std::ranges::any_of(clients, [](const auto& client) { return client->ended; });
    };
    // Do not wait for one client alone: another one may have been ended.
    const auto done = [&] { return clients[i]->heard.size() >= expected[i].size() || one_ended(); };
    clients[i]->hung = !eventually(done);
    if (clients[i]->heard.size() < expected[i].size()) return false;
  }
  return true;
}

// Returns false if the talk was broken off because a client was ended.
bool talk(const Conversation& conversation, RunningServer& running, Clients& clients,
          std::vector<std::string>& expected) {
  for (const auto& greeting : conversation.greetings) {
    clients.push_back(std::make_unique<Client>(running));
    // The next client joins after this welcome; the rest of the greeting is about that client.
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
      // Framing by lines is independent of how reads split the bytes.
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

}  // namespace

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

std::vector<Conversation> talks_before_a_stop() {
  std::vector<Conversation> some{conversations().front(), conversations().back()};
  some.back().turns.pop_back();  // so that no client has left
  return some;
}

std::vector<Conversation> talks_without_memory() {
  const auto& all = conversations();
  return {all[0], all[1], all.back()};
}

Outcome talk_with(const Fault& fault, const Conversation& conversation, sock::Mode mode) {
  Outcome outcome;
  const auto running = server_of(conversation, mode);
  faults::inject(fault);
  {
    Clients clients;
    talk(conversation, *running, clients, outcome.expected);
    // One by one, so that clients that stay read about clients that leave.
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
    // After any fault, the next client must be served.
    Client next(*running);
    next.say(conversation.service == "chat"s ? "/quit\n" : "adios\n");
    next.half_close();
    next.read_to_the_end();
    outcome.hung = outcome.hung || next.hung || next.heard.empty();
  }
  stop(*running, outcome);
  return outcome;
}

Outcome stop_with(const Fault& fault, const Conversation& conversation, sock::Mode mode) {
  Outcome outcome;
  const auto running = server_of(conversation, mode);
  const bool is_for_the_stop = fault.call == Call::memory;  // else memory lacks before the stop
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
  std::thread([&] { running->server.stop(); }).join();  // the calls of stop() can fail too
  read_to_the_end(clients, outcome);
  clients.clear();
  stop(*running, outcome);
  outcome.faults = faults::stop();
  return outcome;
}

Outcome refuse_with(const Fault& fault, const Conversation& conversation, sock::Mode mode) {
  Outcome outcome;
  const bool is_refused = mode != sock::Mode::blocking;  // a second client waits in mode blocking
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

}  // namespace faults
