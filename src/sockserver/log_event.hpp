#pragma once

#include <cstdint>

#include "program/event.hpp"
#include "sock/observer.hpp"

namespace sockserver {

using LogLine = program::EventLine;
using LogStyle = program::EventStyle;
using LogForm = program::EventForm;

/// What follows the noun behind a number: `1 byte`, `2 bytes`.
inline const char* plural(std::uint64_t number) { return number == 1 ? "" : "s"; }

/// An event of the log, which is about a client or its address.
class LogEvent : public program::Event {
 public:
  using Event::Event;

  /// Whom it is about, first of all: `#7 `, or the fields `conn` and those of peer().
  Event& about(const sock::Client& client);

  /// The fields of an address: `peer`, and what there is besides it: `transport` of datagrams,
  /// `pid` and `uid` at a UNIX socket.
  Event& peer(const sock::Endpoint& peer);

  /// How the client came, if not directly and in plain text: `, through 127.0.0.1:4711, TLSv1.3`.
  Event& arrival(const sock::Arrival& arrival);
};

}  // namespace sockserver
