// Echo, lines and fair: clients with one message under way each.

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands.hpp"
#include "message.hpp"
#include "socket.hpp"
#include "window.hpp"

namespace load {
namespace {

struct Client {
  Client(std::uint16_t port, std::size_t number, std::size_t size)
      : socket(port), message(number, size) {}

  Socket socket;
  Message message;
  std::size_t sent = 0;  // of the message
  std::size_t got = 0;
  std::uint64_t rounds = 0;
  std::uint64_t rounds_before = 0;  // when the measured part began
  Clock::time_point since{};
};

class Crowd {
 public:
  explicit Crowd(const Options& options)
      : port_(static_cast<std::uint16_t>(options.count("port", 0))),
        size_(options.count("size", 64)) {
    const std::size_t count = options.count("clients", 50);
    clients_.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
      poll_.add(clients_.emplace_back(port_, i, size_).socket, i);
  }

  void start() {
    for (std::size_t i = 0; i < clients_.size(); ++i) send_next(i, Clock::now());
  }

  // One round: a client whose message is back sends the next one, unless the run is over.
  template <typename OnEcho>
  void turn(std::uint64_t rounds, bool is_over, OnEcho on_echo) {
    for (const auto& event : poll_.wait()) {
      const std::size_t i = event.data.u64;
      Client& client = clients_[i];
      if ((event.events & EPOLLOUT) != 0) send_rest(i);
      if ((event.events & ~EPOLLOUT) == 0 || !receive(client)) continue;
      const auto now = Clock::now();
      on_echo(seconds_between(client.since, now));
      ++client.rounds;
      --under_way_;
      if (!is_over && client.rounds < rounds) send_next(i, now);
    }
  }

  // Every client ends normally: `last_word`, then the server's end and no other byte.
  void end(std::string_view last_word) {
    for (auto& client : clients_) {
      if (last_word.empty()) {
        client.socket.shutdown_send();
      } else {
        client.socket.send_all(last_word);
      }
    }
    for (auto& client : clients_) {
      if (client.socket.receive(buffer_) != 0) fail("more came back than was sent");
    }
  }

  std::size_t under_way() const { return under_way_; }
  std::vector<Client>& clients() { return clients_; }
  std::uint16_t port() const { return port_; }
  std::size_t size() const { return size_; }

 private:
  void send_next(std::size_t i, Clock::time_point now) {
    Client& client = clients_[i];
    client.message.number(client.rounds);
    client.sent = client.got = 0;
    client.since = now;
    ++under_way_;
    client.sent = client.socket.try_send(client.message.text());
    if (client.sent < client.message.text().size()) poll_.watch(client.socket, i, true);
  }

  void send_rest(std::size_t i) {
    Client& client = clients_[i];
    client.sent +=
        client.socket.try_send(std::string_view(client.message.text()).substr(client.sent));
    if (client.sent == client.message.text().size()) poll_.watch(client.socket, i, false);
  }

  // Whether the whole message is back.
  bool receive(Client& client) {
    const std::size_t bytes = client.socket.try_receive(buffer_);
    if (bytes == Socket::would_block) return false;
    if (bytes == 0) fail("the server has closed a connection");
    if (bytes > client.sent - client.got) fail("more came back than was sent");
    if (std::memcmp(buffer_.data(), client.message.text().data() + client.got, bytes) != 0) {
      fail("what came back is not what was sent");
    }
    client.got += bytes;
    return client.got == client.message.text().size();
  }

  std::uint16_t port_;
  std::size_t size_;
  std::vector<Client> clients_;
  std::size_t under_way_ = 0;
  Poll poll_;
  std::vector<char> buffer_ = std::vector<char>(64 * 1024);
};

void run_crowd(const Options& options, std::string_view last_word) {
  Crowd crowd(options);
  Window window(options);
  crowd.start();
  while (crowd.under_way() > 0) {
    window.pass(Clock::now());
    crowd.turn(window.rounds(), window.is_over(), [&](double latency) { window.count(latency); });
  }
  window.finish(Clock::now());
  crowd.end(last_word);
  std::printf("%s\n", window.report().c_str());
}

// Clients that connect while the others are busy, one at a time, 20 per second.
class Newcomers {
 public:
  Newcomers(std::uint16_t port, std::size_t size) : port_(port), message_(1'000'000, size) {}

  void pass(Clock::time_point now) {
    if (socket_) {
      look_for_answer();
    } else if (now >= next_) {
      since_ = now;
      next_ = now + std::chrono::milliseconds(50);
      answer_.clear();
      socket_.emplace(port_);
      socket_->send_all(message_.text());
    }
  }

  bool is_waiting() const { return socket_.has_value(); }
  double longest_wait_s() const { return longest_wait_s_; }
  std::size_t served() const { return served_; }

 private:
  void look_for_answer() {
    std::array<char, 4096> buffer{};
    const std::size_t bytes = socket_->try_receive(buffer);
    if (bytes == 0) fail("the server has closed a newcomer's connection");
    if (bytes != Socket::would_block) answer_.append(buffer.data(), bytes);
    if (!message_.text().starts_with(answer_)) fail("what came back is not what was sent");
    const double waited = seconds_between(since_, Clock::now());
    longest_wait_s_ = std::max(longest_wait_s_, waited);
    if (waited > 20) fail("a newcomer has had no answer for 20 s");
    if (answer_.size() < message_.text().size()) return;
    ++served_;
    socket_.reset();
  }

  std::uint16_t port_;
  Message message_;
  std::string answer_;
  std::optional<Socket> socket_;
  Clock::time_point since_;
  Clock::time_point next_ = Clock::now();
  double longest_wait_s_ = 0;
  std::size_t served_ = 0;
};

// The smallest count of a client, relative to the average.
double least_share(const std::vector<Client>& clients) {
  double all = 0;
  double least = std::numeric_limits<double>::infinity();
  for (const auto& client : clients) {
    const auto rounds = static_cast<double>(client.rounds - client.rounds_before);
    all += rounds;
    least = std::min(least, rounds);
  }
  return least * static_cast<double>(clients.size()) / all;
}

}  // namespace

void echo(const Options& options) { run_crowd(options, ""); }

void lines(const Options& options) { run_crowd(options, "quit\n"); }

void fair(const Options& options) {
  Crowd crowd(options);
  Newcomers newcomers(crowd.port(), crowd.size());
  Window window(options);
  crowd.start();
  bool is_busy = false;  // every client is being served
  bool is_open = false;
  double share = 0;
  while (crowd.under_way() > 0) {
    const auto now = Clock::now();
    const bool was_over = window.is_over();
    is_busy = is_busy || std::ranges::all_of(crowd.clients(), [](const Client& client) {
                return client.rounds > 0;
              });
    if (is_busy) window.pass(now);
    if (!is_open && window.is_open()) {
      is_open = true;
      for (auto& client : crowd.clients()) client.rounds_before = client.rounds;
    }
    if (!was_over && window.is_over()) share = least_share(crowd.clients());
    // At the end, wait for a waiting newcomer while the others are still busy.
    if ((is_open && !window.is_over()) || newcomers.is_waiting()) newcomers.pass(now);
    crowd.turn(window.rounds(), window.is_over() && !newcomers.is_waiting(),
               [&](double latency) { window.count(latency); });
  }
  window.finish(Clock::now());
  crowd.end("");
  std::printf("%s least_share=%.3f longest_wait_ms=%.2f newcomers=%zu\n", window.report().c_str(),
              share, 1e3 * newcomers.longest_wait_s(), newcomers.served());
}

}  // namespace load
