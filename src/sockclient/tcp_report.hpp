#pragma once

#include <functional>
#include <string_view>

#include "sock/stream.hpp"
#include "sock/tcp_narrator.hpp"

namespace sockclient {

/// -vvv: reports in words what the system tells about a TCP connection, whenever look() is called.
class TcpReport {
 public:
  using Teller = std::function<void(std::string_view)>;

  explicit TcpReport(Teller tell) : tell_(std::move(tell)) {}

  /// The program has written.
  void wrote() { narrator_.wrote(); }
  /// Called just before the sending is ended.
  void ending(const sock::Stream& stream);

  /// Called just before the connection is closed by a reset.
  void resetting() { narrator_.resetting(); }

  void look(const sock::Stream& stream);
  /// Called before the stream is closed.
  void finish(const sock::Stream& stream, bool is_lost);

  /// When to look again, as the peer's actions may cause no call of ours.
  sock::Clock::time_point next_look() const { return next_look_; }

 private:
  void tell();

  Teller tell_;
  sock::TcpNarrator narrator_;
  sock::Clock::time_point next_look_ = sock::no_deadline;
};

}  // namespace sockclient
