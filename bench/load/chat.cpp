// A room in which one member talks and all others listen. A listener must read exactly the talker's
// lines, in order.

#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "commands.hpp"
#include "message.hpp"
#include "server_process.hpp"
#include "socket.hpp"
#include "window.hpp"

namespace load {
namespace {

// Reads until `end` has come; returns everything read.
std::string read_until(Socket& socket, const std::string& end) {
  std::string text;
  std::vector<char> buffer(64 * 1024);
  while (text.find(end) == std::string::npos) {
    const std::size_t bytes = socket.receive(buffer);
    if (bytes == 0) fail("the server has closed a member's connection");
    text.append(buffer.data(), bytes);
  }
  return text;
}

// Connects, and reads the welcome: `* welcome, you are guest7. ...`
Socket joined(std::uint16_t port, std::string& name) {
  static const std::string sign = "you are ";
  Socket socket(port);
  std::string text = read_until(socket, sign);
  const std::size_t at = text.find(sign) + sign.size();
  if (text.find('.', at) == std::string::npos) text += read_until(socket, ".");
  name = text.substr(at, text.find('.', at) - at);
  return socket;
}

struct Listener {
  Socket socket;
  std::uint64_t got = 0;  // bytes of the talker's lines
};

class Room {
 public:
  explicit Room(const Options& options)
      : Room(static_cast<std::uint16_t>(options.count("port", 0)), options.count("clients", 100),
             options.count("size", 64)) {}

  // Constructed when all members have read the lines about joining.
  Room(std::uint16_t port, std::size_t listeners, std::size_t size)
      : message_(0, size), talker_(joined(port, name_)) {
    std::string other;
    listeners_.reserve(listeners);
    for (std::size_t i = 0; i < listeners; ++i) listeners_.push_back({joined(port, other)});
    talker_.send_all("all here\n");
    for (std::size_t i = 0; i < listeners; ++i) {
      read_until(listeners_[i].socket, name_ + ": all here\n");
      poll_.add(listeners_[i].socket, i);
    }
    poll_.add(talker_, listeners);
    line_size_ = name_.size() + 2 + message_.text().size();
  }

  // Says `lines` more lines, in one send.
  void say(std::size_t lines, Clock::time_point now) {
    std::string block;
    for (std::size_t i = 0; i < lines; ++i) {
      message_.number(said_++);
      block += message_.text();
      expected_.append(name_).append(": ").append(message_.text());
      under_way_.push_back({listeners_.size(), now});
    }
    talker_.send_all(block);
  }

  // One round of reading; counts each line for each listener that has it completely.
  void turn(Window& window) {
    for (const auto& event : poll_.wait()) {
      if (event.data.u64 == listeners_.size()) {
        ignore_announcements();
      } else {
        hear(listeners_[event.data.u64], window);
      }
    }
    forget_done();
  }

  std::size_t under_way() const { return under_way_.size() - done_; }
  std::uint64_t said() const { return said_; }
  std::size_t size() const { return listeners_.size(); }

 private:
  struct Line {
    std::size_t missing;  // listeners that do not have it yet
    Clock::time_point since;
  };

  void hear(Listener& listener, Window& window) {
    const std::size_t bytes = listener.socket.try_receive(buffer_);
    if (bytes == Socket::would_block) return;
    if (bytes == 0) fail("the server has closed a listener's connection");
    const std::size_t at = listener.got - forgotten_ * line_size_;
    if (bytes > expected_.size() - at ||
        std::memcmp(buffer_.data(), expected_.data() + at, bytes) != 0) {
      fail("a listener read what was not said, or not in this order");
    }
    const std::uint64_t from = listener.got / line_size_;
    listener.got += bytes;
    const std::uint64_t to = listener.got / line_size_;
    window.count_many(to - from);
    for (std::uint64_t line = from; line < to; ++line) {
      Line& heard = under_way_[line - forgotten_];
      if (--heard.missing > 0) continue;
      ++done_;
      window.note(seconds_between(heard.since, Clock::now()));
    }
  }

  // Forgets the first lines, if all listeners have them.
  void forget_done() {
    if (done_ < 1000 && done_ < under_way_.size()) return;
    std::size_t lines = 0;
    while (lines < under_way_.size() && under_way_[lines].missing == 0) ++lines;
    under_way_.erase(under_way_.begin(), under_way_.begin() + static_cast<std::ptrdiff_t>(lines));
    expected_.erase(0, lines * line_size_);
    forgotten_ += lines;
    done_ -= lines;
  }

  void ignore_announcements() {
    if (talker_.try_receive(buffer_) == 0) fail("the server has closed the talker's connection");
  }

  std::string name_;
  Message message_;
  Socket talker_;
  std::vector<Listener> listeners_;
  Poll poll_;
  std::vector<char> buffer_ = std::vector<char>(256 * 1024);
  std::size_t line_size_ = 0;
  std::uint64_t said_ = 0;
  std::uint64_t forgotten_ = 0;  // number of lines
  std::string expected_;         // the lines after the forgotten ones
  std::vector<Line> under_way_;  // the same lines
  std::size_t done_ = 0;         // lines of under_way_ that all listeners have
};

}  // namespace

// --flight N lines are under way at any time. One operation is a delivery; the latency is the time
// until the last listener has a line.
void chat(const Options& options) {
  Room room(options);
  const std::size_t flight = options.count("flight", 1);
  Window window(options);
  for (;;) {
    const auto now = Clock::now();
    window.pass(now);
    const bool is_last = window.is_over() || room.said() >= window.rounds();
    if (is_last && room.under_way() == 0) break;
    if (!is_last && room.under_way() < flight) room.say(flight - room.under_way(), now);
    room.turn(window);
  }
  window.finish(Clock::now());
  std::printf("%s\n", window.report().c_str());
}

void chat_idle(const Options& options) {
  const ServerProcess server(static_cast<pid_t>(options.count("pid", 0)));
  const Room first(static_cast<std::uint16_t>(options.count("port", 0)), 0, 64);
  const std::uint64_t before = server.memory();
  const Room room(options);
  const auto members = static_cast<double>(room.size() + 1);
  std::printf("clients=%.0f bytes_each=%.1f\n", members,
              static_cast<double>(server.memory() - before) / members);
}

}  // namespace load
