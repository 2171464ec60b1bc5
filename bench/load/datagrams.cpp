// Peers of UDP, each with some datagrams under way. One that is lost is sent again.

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include "commands.hpp"
#include "message.hpp"
#include "socket.hpp"
#include "window.hpp"

namespace load {
namespace {

constexpr double lost_after_s = 0.2;
constexpr int look_for_lost_ms = 50;

struct Question {
  Message message;
  Clock::time_point since{};
  bool is_under_way = false;
};

class Peers {
 public:
  explicit Peers(const Options& options) : window_(options), flight_(options.count("flight", 1)) {
    Socket::choose(Socket::Kind::udp);
    const auto port = static_cast<std::uint16_t>(options.count("port", 0));
    const std::size_t peers = options.count("clients", 50);
    for (std::size_t i = 0; i < peers; ++i) {
      poll_.add(sockets_.emplace_back(port), i);
      rounds_.push_back(0);
      for (std::size_t n = 0; n < flight_; ++n) {
        questions_.push_back({Message(i * flight_ + n, options.count("size", 64))});
      }
    }
  }

  void run() {
    for (std::size_t i = 0; i < questions_.size(); ++i) ask(i, Clock::now());
    while (under_way_ > 0) {
      window_.pass(Clock::now());
      const auto ready = poll_.wait(look_for_lost_ms);
      for (const auto& event : ready) take_answers(event.data.u64);
      if (ready.empty()) ask_again();
    }
    window_.finish(Clock::now());
    std::printf("%s lost=%zu\n", window_.report().c_str(), lost_);
  }

 private:
  void ask(std::size_t number, Clock::time_point now) {
    Question& question = questions_[number];
    question.message.number(rounds_[number / flight_]++);
    question.since = now;
    question.is_under_way = true;
    ++under_way_;
    sockets_[number / flight_].try_send(question.message.text());
  }

  void take_answers(std::size_t peer) {
    for (;;) {
      const std::size_t bytes = sockets_[peer].try_receive(buffer_);
      if (bytes == Socket::would_block) return;
      take_answer(peer, {buffer_.data(), bytes});
    }
  }

  // A late answer to what was sent again is none.
  void take_answer(std::size_t peer, std::string_view text) {
    for (std::size_t n = peer * flight_; n < (peer + 1) * flight_; ++n) {
      Question& question = questions_[n];
      if (!question.is_under_way || question.message.text() != text) continue;
      const auto now = Clock::now();
      window_.count(seconds_between(question.since, now));
      question.is_under_way = false;
      --under_way_;
      if (!window_.is_over() && rounds_[peer] < window_.rounds()) ask(n, now);
      return;
    }
    if (lost_ == 0) fail("what came back is not what was sent");
  }

  void ask_again() {
    const auto now = Clock::now();
    for (std::size_t n = 0; n < questions_.size(); ++n) {
      Question& question = questions_[n];
      if (!question.is_under_way || seconds_between(question.since, now) < lost_after_s) continue;
      if (++lost_ > 10'000) fail("nothing comes back");
      question.since = now;
      sockets_[n / flight_].try_send(question.message.text());
    }
  }

  Window window_;
  const std::size_t flight_;  // of each peer
  std::vector<Socket> sockets_;
  std::vector<std::uint64_t> rounds_;  // of each peer
  std::vector<Question> questions_;    // of each peer, one after the other
  std::size_t under_way_ = 0;
  std::size_t lost_ = 0;
  Poll poll_;
  std::vector<char> buffer_ = std::vector<char>(64 * 1024);
};

}  // namespace

void datagrams(const Options& options) { Peers(options).run(); }

}  // namespace load
