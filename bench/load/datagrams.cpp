// UDP peers, each with some datagrams under way. A lost datagram is sent again.

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "commands.hpp"
#include "message.hpp"
#include "socket.hpp"
#include "window.hpp"

namespace load {
namespace {

constexpr double lost_after_s = 0.2;
constexpr double patience_s = 20;
constexpr int look_for_lost_ms = 50;

struct Question {
  Message message;
  Clock::time_point since{};  // when it was sent first
  Clock::time_point sent{};   // when it was sent last
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
      sent_again_.emplace_back();
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
      ask_again(Clock::now());
    }
    window_.finish(Clock::now());
    if (window_.operations() == 0) fail("nothing came back while it was measured");
    std::printf("%s lost=%zu\n", window_.report().c_str(), lost_);
  }

 private:
  void ask(std::size_t number, Clock::time_point now) {
    Question& question = questions_[number];
    question.message.number(rounds_[number / flight_]++);
    question.since = question.sent = now;
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

  // A late answer to a datagram that was sent again does not count.
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
    auto& late = sent_again_[peer];
    const auto found = std::ranges::find(late, text);
    if (found == late.end()) fail("what came back is not what was sent");
    late.erase(found);
  }

  // Also called while other peers are busy.
  void ask_again(Clock::time_point now) {
    if (now < look_next_) return;
    look_next_ = now + std::chrono::milliseconds(look_for_lost_ms);
    for (std::size_t n = 0; n < questions_.size(); ++n) {
      Question& question = questions_[n];
      if (!question.is_under_way || seconds_between(question.sent, now) < lost_after_s) continue;
      if (seconds_between(question.since, now) > patience_s) fail("no answer for 20 s");
      ++lost_;
      question.sent = now;
      sent_again_[n / flight_].push_back(question.message.text());
      sockets_[n / flight_].try_send(question.message.text());
    }
  }

  Window window_;
  const std::size_t flight_;  // of each peer
  std::vector<Socket> sockets_;
  std::vector<std::uint64_t> rounds_;                 // of each peer
  std::vector<Question> questions_;                   // of each peer, one after the other
  std::vector<std::vector<std::string>> sent_again_;  // of each peer: these may be answered twice
  Clock::time_point look_next_ = Clock::now();
  std::size_t under_way_ = 0;
  std::size_t lost_ = 0;
  Poll poll_;
  std::vector<char> buffer_ = std::vector<char>(64 * 1024);
};

}  // namespace

void datagrams(const Options& options) { Peers(options).run(); }

}  // namespace load
