#pragma once

#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "sock/stream.hpp"
#include "sock/wait.hpp"
#include "support/running_server.hpp"

/// Many clients of one server, driven by one thread: all of them read all the time, and each sends
/// its text as fast as the server takes it.
class Crowd {
 public:
  struct One {
    explicit One(RunningServer& running) : stream(running.connect()) {}

    std::size_t lines() const { return static_cast<std::size_t>(std::ranges::count(heard, '\n')); }

    sock::Stream stream;
    std::string says;
    std::string heard;
    bool ended = false;
  };

  /// The clients enter a chat one by one, and say nothing meanwhile. Returns false if one was not
  /// accepted.
  bool enter_chat(RunningServer& running, std::size_t size) {
    while (all.size() < size) {
      all.emplace_back(running);
      // The client is welcomed, and all earlier clients are told about it.
      const auto has_entered = [this] {
        return std::ranges::all_of(all, [this](const One& one) {
          const auto later = static_cast<std::size_t>(&all.back() - &one);
          return one.lines() >= 2 + later;
        });
      };
      if (!run(has_entered)) return false;
    }
    for (auto& one : all) one.heard.clear();
    return true;
  }

  /// Runs until `done`. Returns false if a client was ended, or after a time only a hang can reach.
  template <typename Done>
  bool run(Done done) {
    using namespace std::chrono_literals;
    const auto deadline = sock::Clock::now() + 60s;
    while (!done()) {
      if (sock::Clock::now() > deadline || std::ranges::any_of(all, &One::ended)) return false;
      wait();
      for (auto& one : all) move(one);
    }
    return true;
  }

  std::vector<One> all;

 private:
  void wait() {
    polled_.clear();
    for (const auto& one : all) {
      const auto events = static_cast<short>(one.says.empty() ? POLLIN : POLLIN | POLLOUT);
      polled_.push_back({one.ended ? -1 : one.stream.native_handle(), events, 0});
    }
    ::poll(polled_.data(), polled_.size(), 100);
  }

  void move(One& one) try {
    if (one.ended) return;
    if (!one.says.empty()) one.says.erase(0, one.stream.try_write(one.says).bytes);
    const auto read = one.stream.try_read(buffer_);
    one.heard.append(buffer_.data(), read.bytes);
    one.ended = read.state == sock::TryState::ended;
  } catch (const std::system_error&) {
    one.ended = true;
  }

  std::vector<pollfd> polled_;
  std::array<char, 65536> buffer_{};
};
