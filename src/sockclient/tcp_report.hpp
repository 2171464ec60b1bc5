#pragma once

#include <functional>
#include <string_view>

#include "sock/stream.hpp"
#include "sock/tcp_narrator.hpp"

namespace sockclient {

/// -vvv: tells what the system says of a connection of TCP, in words, whenever it is looked at.
class TcpReport {
 public:
  using Teller = std::function<void(std::string_view)>;

  explicit TcpReport(Teller tell) : tell_(std::move(tell)) {}

  /// The program has written.
  void wrote() { narrator_.wrote(); }
  /// It is about to end its sending.
  void ending(const sock::Stream& stream);

  /// It is about to close it by a reset.
  void resetting() { narrator_.resetting(); }

  void look(const sock::Stream& stream);
  /// Before the stream is closed.
  void finish(const sock::Stream& stream, bool is_lost);

  /// What others do shows in no call of ours.
  sock::Clock::time_point next_look() const { return next_look_; }

 private:
  void tell();

  Teller tell_;
  sock::TcpNarrator narrator_;
  sock::Clock::time_point next_look_ = sock::no_deadline;
};

}  // namespace sockclient
