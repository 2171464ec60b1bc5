// chat_room_bench PORT [LINES [READERS]]
//
// A room under difficult conditions: one member never reads, one talks as fast as the server
// accepts, and two talk to each other slowly. All other members must get all lines in the same
// order; the one that never reads must be removed. Prints the deliveries per second and how long
// the two wait for each other. Run it against: sockserver --protocol chat -q. Exit status 1: a line
// was lost or out of order.

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "sock/stream.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

struct Member {
  explicit Member(std::uint16_t port, const std::string& name)
      : stream(sock::Stream::connect("127.0.0.1", port)) {
    stream.write("/nick " + name + "\n");
    while (text.find("* you are now " + name + "\n") == std::string::npos) text += stream.receive();
    text.clear();
  }

  sock::Stream stream;
  std::string text;           // read, not yet a whole line
  std::size_t next_line = 0;  // the next line of the talker
  std::size_t order = 0;      // a hash of all lines so far
  bool finished = false;
};

struct Bench {
  Bench(std::uint16_t port, std::size_t lines, std::size_t readers)
      : lines_(lines), stuck_(port, "stuck"), talker_(port, "talker") {
    for (std::size_t i = 0; i < readers; ++i) members_.emplace_back(port, "m" + std::to_string(i));
    asker_ = members_.size();
    members_.emplace_back(port, "asker");
    hearer_ = members_.size();
    members_.emplace_back(port, "hearer");
    for (auto& member : members_) drain_joins(member);
  }

  int run() {
    std::thread talker([this] {
      const std::string padding(1000, 'x');
      std::string block;
      for (std::size_t i = 0; i < lines_; ++i) {
        block += std::to_string(i) + " " + padding + "\n";
        if (block.size() > 16'000 || i + 1 == lines_) {
          talker_.stream.write(block);
          block.clear();
        }
      }
      talker_.stream.write("fin\n");
    });
    std::thread deaf([this] {  // reads what the talker is sent: pings, leaving members
      for (std::string heard = "x"; !heard.empty();) heard = talker_.stream.receive();
    });
    const auto began = Clock::now();
    try {
      read_all();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "chat_room_bench: %s\n", error.what());
      std::_Exit(1);
    }
    const std::chrono::duration<double> took = Clock::now() - began;
    talker.join();
    talker_.stream.write("/quit\n");
    deaf.join();
    return report(took.count());
  }

 private:
  void drain_joins(Member& member) {
    // The answer to /who comes after all notices about members that joined later.
    member.stream.write("/who\n");
    while (member.text.find(" here: ") == std::string::npos || !member.text.ends_with('\n')) {
      member.text += member.stream.receive();
    }
    member.text.clear();
  }

  void read_all() {
    std::vector<pollfd> polled;
    for (auto& member : members_) polled.push_back({member.stream.native_handle(), POLLIN, 0});
    std::vector<char> buffer(256 * 1024);
    std::size_t open = members_.size();
    auto next_question = Clock::now();
    while (open > 0) {
      if (!asked_at_ && Clock::now() >= next_question && !members_[asker_].finished) {
        asked_at_ = Clock::now();
        members_[asker_].stream.write("hola?\n");
        next_question = *asked_at_ + 5ms;
      }
      ::poll(polled.data(), polled.size(), 5);
      for (std::size_t i = 0; i < members_.size(); ++i) {
        if (polled[i].revents == 0) continue;
        const auto result = members_[i].stream.try_read(buffer);
        if (result.state == sock::TryState::ended) throw std::runtime_error("a reader was ended");
        hear(i, {buffer.data(), result.bytes});
        if (members_[i].finished && polled[i].fd >= 0) {
          polled[i].fd = -1;
          --open;
        }
      }
    }
  }

  void hear(std::size_t index, std::string_view bytes) {
    Member& member = members_[index];
    member.text += bytes;
    std::string_view rest = member.text;
    for (auto end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
      hear_line(index, rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
    member.text.erase(0, member.text.size() - rest.size());
  }

  void hear_line(std::size_t index, std::string_view line) {
    Member& member = members_[index];
    if (member.finished) return;
    ++deliveries_;
    if (line == "talker: fin") {
      member.finished = true;
    } else if (line.starts_with("talker: ")) {
      const auto number = std::strtoull(std::string(line.substr(8, 20)).c_str(), nullptr, 10);
      if (number != member.next_line++) ++wrong_;
    } else if (line == "asker: hola?" && index == hearer_ && asked_at_) {
      waits_.push_back(
          std::chrono::duration<double, std::milli>(Clock::now() - *asked_at_).count());
      asked_at_.reset();
    } else if (line == "* stuck left (too slow)") {
      if (index == asker_) stuck_left_ = true;
    }
    if (index != asker_) {  // the asker does not get its own questions
      member.order = member.order * 1'099'511'628'211U + std::hash<std::string_view>{}(line);
    }
  }

  int report(double seconds) {
    std::sort(waits_.begin(), waits_.end());
    const auto percentile = [this](double p) {
      return waits_.empty() ? 0.0 : waits_[static_cast<std::size_t>(p * double(waits_.size() - 1))];
    };
    bool same_order = true;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (members_[i].next_line != lines_) ++wrong_;
      if (i != asker_ && members_[i].order != members_[0].order) same_order = false;
    }
    std::printf("%zu members, %zu lines at full speed: %.0f deliveries/s\n", members_.size() + 2,
                lines_, double(deliveries_) / seconds);
    std::printf(
        "between two healthy members: %zu messages, p50 %.2f ms, p99 %.2f ms, max %.2f ms\n",
        waits_.size(), percentile(0.5), percentile(0.99), percentile(1.0));
    std::printf("lost or out of order: %zu; one order for all: %s; stuck member gone: %s\n", wrong_,
                same_order ? "yes" : "NO", stuck_left_ ? "yes" : "NO");
    return wrong_ == 0 && same_order && stuck_left_ ? 0 : 1;
  }

  std::size_t lines_;
  Member stuck_;
  Member talker_;
  std::deque<Member> members_;
  std::size_t asker_ = 0;
  std::size_t hearer_ = 0;
  std::optional<Clock::time_point> asked_at_;
  std::vector<double> waits_;
  std::size_t deliveries_ = 0;
  std::size_t wrong_ = 0;
  bool stuck_left_ = false;
};

}  // namespace

int main(int argc, char** argv) try {
  const auto number = [&](int i, std::size_t standard) {
    return argc > i ? std::strtoull(argv[i], nullptr, 10) : standard;
  };
  if (argc < 2) throw std::runtime_error("usage: chat_room_bench PORT [LINES [READERS]]");
  Bench bench(static_cast<std::uint16_t>(number(1, 0)), number(2, 20'000), number(3, 96));
  return bench.run();
} catch (const std::exception& error) {
  std::fprintf(stderr, "chat_room_bench: %s\n", error.what());
  return 1;
}
