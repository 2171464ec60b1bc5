#pragma once

#include <poll.h>

#include <chrono>
#include <string>

#include "sock/wait.hpp"
#include "support/running_server.hpp"

/// A client of a chat that reads line by line.
class Member {
 public:
  /// Without a `name`, it keeps the name that the server gave it.
  explicit Member(RunningServer& running, const std::string& name = {})
      : stream(running.connect()) {
    until("* /nick NAME to choose a name, /help for the rest");
    if (name.empty()) return;
    say("/nick " + name);
    until("* you are now " + name);
  }

  void say(const std::string& line) { stream.write(line + "\n"); }

  /// Returns the next line, or "<end>" after the last one.
  std::string hear() {
    using namespace std::chrono_literals;
    for (;;) {
      if (const auto end = text_.find('\n'); end != text_.npos) {
        std::string line = text_.substr(0, end);
        text_.erase(0, end + 1);
        return line;
      }
      const auto deadline = sock::Clock::now() + 30s;  // only a hang can reach it
      if (!sock::wait_for(stream.native_handle(), POLLIN, deadline)) return "<end>";
      const std::string came = stream.receive();
      if (came.empty()) return "<end>";
      text_ += came;
    }
  }

  /// Reads up to and including `line`. Returns false if the connection ends before.
  bool until(const std::string& line) {
    for (std::string heard = hear(); heard != "<end>"; heard = hear()) {
      if (heard == line) return true;
    }
    return false;
  }

  sock::Stream stream;

 private:
  std::string text_;
};
