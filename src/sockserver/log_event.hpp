#pragma once

#include <cstdint>

#include "program/event.hpp"
#include "sock/observer.hpp"

namespace sockserver {

using LogLine = program::EventLine;
using LogStyle = program::EventStyle;
using LogForm = program::EventForm;

/// The ending of the noun after a number: `1 byte`, `2 bytes`.
inline const char* plural(std::uint64_t number) { return number == 1 ? "" : "s"; }

/// An event about a client or its address.
class LogEvent : public program::Event {
 public:
  using Event::Event;

  /// The client, at the beginning: `#7 `, or the field `conn` and the fields of peer().
  Event& about(const sock::Client& client);

  /// The fields of an address: `peer`, and where they apply `transport` (datagrams), `pid` and
  /// `uid` (UNIX sockets).
  Event& peer(const sock::Endpoint& peer);

  /// How the client came, if not directly in plain text: `, through 127.0.0.1:4711, TLSv1.3`.
  Event& arrival(const sock::Arrival& arrival);
};

}  // namespace sockserver
