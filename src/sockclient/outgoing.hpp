#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "wire.hpp"

namespace sockclient {

/// Lines that were typed, on their way: each is offered to the wire until it is sent, so that the
/// terminal need not wait for a server without room, or for a fault that delays.
class Outgoing {
 public:
  /// `wire` outlives it.
  explicit Outgoing(Wire& wire) : wire_(wire) {}

  void add(std::string line);
  bool is_empty() const { return lines_.empty(); }

  /// It holds a lot: nothing else is to be typed for the moment.
  bool is_full() const;

  /// Sends what can be sent now; what comes before a failure goes to `receive`. False, and
  /// failures, as of Wire::offer().
  bool send_some(const Wire::Receiver& receive);

  /// Sends all of it, and waits for that.
  bool send_all(const Wire::Receiver& receive);

  /// What poll(2) is to wait for.
  short events() const;
  /// When to send_some() at the latest, whatever poll(2) says.
  Wire::Time resumes() const;

 private:
  std::string_view first() const { return std::string_view(lines_.front()).substr(sent_); }
  bool clear();

  Wire& wire_;
  std::deque<std::string> lines_;
  std::size_t sent_ = 0;   // of the first line
  std::size_t bytes_ = 0;  // in all lines
};

}  // namespace sockclient
