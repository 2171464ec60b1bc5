#include <cstdio>
#include <cstring>
#include <optional>
#include <vector>

#include "commands.hpp"
#include "message.hpp"
#include "socket.hpp"
#include "window.hpp"

namespace load {
namespace {

struct Visit {
  std::optional<Socket> socket;
  bool is_open = false;  // the handshake is done, and the message was sent
  std::size_t got = 0;
  std::uint64_t rounds = 0;
  Clock::time_point since{};
};

class Visitors {
 public:
  explicit Visitors(const Options& options)
      : port_(static_cast<std::uint16_t>(options.count("port", 0))),
        message_(0, options.count("size", 64)),
        visits_(options.count("clients", 16)),
        resumes_(options.count("resume", 0) != 0) {
    if (resumes_) take_first_session();
    for (std::size_t i = 0; i < visits_.size(); ++i) begin(i);
  }

  void turn(Window& window) {
    for (const auto& event : poll_.wait()) {
      const std::size_t i = event.data.u64;
      Visit& visit = visits_[i];
      if (!visit.is_open) {
        greet(visit);
        continue;
      }
      if (!receive(visit)) continue;
      visit.socket.reset();
      --under_way_;
      window.count(seconds_between(visit.since, Clock::now()));
      if (!window.is_over() && ++visit.rounds < window.rounds()) begin(i);
    }
  }

  std::size_t under_way() const { return under_way_; }

 private:
  void begin(std::size_t i) {
    Visit& visit = visits_[i];
    visit.since = Clock::now();
    visit.got = 0;
    visit.is_open = false;
    visit.socket.emplace(port_, Socket::Handshake::later);
    poll_.add(*visit.socket, i);
    ++under_way_;
    greet(visit);
  }

  void greet(Visit& visit) {
    if (!visit.socket->try_handshake()) return;
    if (visit.socket->is_resumed() != resumes_) {
      fail(resumes_ ? "the session was not resumed" : "a session was resumed");
    }
    visit.is_open = true;
    visit.socket->send_all(message_.text());
  }

  // The session that all others resume. Servers send it right after the handshake.
  void take_first_session() {
    Socket socket(port_);
    socket.send_all(message_.text());
    if (socket.receive(buffer_) == 0) fail("the server has closed a connection");
  }

  bool receive(Visit& visit) {
    const std::size_t bytes = visit.socket->try_receive(buffer_);
    if (bytes == Socket::would_block) return false;
    if (bytes == 0) fail("the server has closed a connection");
    const std::string& text = message_.text();
    if (bytes > text.size() - visit.got ||
        std::memcmp(buffer_.data(), text.data() + visit.got, bytes) != 0) {
      fail("what came back is not what was sent");
    }
    visit.got += bytes;
    return visit.got == text.size();
  }

  std::uint16_t port_;
  Message message_;
  std::vector<Visit> visits_;
  bool resumes_;
  std::size_t under_way_ = 0;
  Poll poll_;
  std::vector<char> buffer_ = std::vector<char>(64 * 1024);
};

}  // namespace

void connect(const Options& options) {
  Visitors visitors(options);
  Window window(options);
  while (visitors.under_way() > 0) {
    window.pass(Clock::now());
    visitors.turn(window);
  }
  window.finish(Clock::now());
  std::printf("%s\n", window.report().c_str());
}

}  // namespace load
