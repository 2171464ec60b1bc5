#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "wire.hpp"

namespace sockclient {

/// Queue of typed lines: each is offered to the wire until it is sent, so that typing is not
/// blocked by a full socket or by a fault that delays.
class Outgoing {
 public:
  /// `wire` outlives it.
  explicit Outgoing(Wire& wire) : wire_(wire) {}

  void add(std::string line);
  bool is_empty() const { return lines_.empty(); }

  /// The queue is full: no more should be typed for now.
  bool is_full() const;

  /// Sends what can be sent now; text that comes before a failure goes to `receive`. Returns false,
  /// and throws, as Wire::offer() does.
  bool send_some(const Wire::Receiver& receive);

  /// Sends everything, and waits for that.
  bool send_all(const Wire::Receiver& receive);

  /// Events for poll(2).
  short events() const;
  /// The latest time for the next send_some(), whatever poll(2) reports.
  Wire::Time resumes() const;

 private:
  std::string_view first() const { return std::string_view(lines_.front()).substr(sent_); }
  bool clear();

  Wire& wire_;
  std::deque<std::string> lines_;
  std::size_t sent_ = 0;   // bytes of the first line
  std::size_t bytes_ = 0;  // of all lines
};

}  // namespace sockclient
