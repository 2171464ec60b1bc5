#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sock/session.hpp"
#include "support/cuts.hpp"

/// The result of a session with given reads, as seen by a driver.
struct Talk {
  std::string out;      // everything it said
  bool closed = false;  // it closed the connection itself
};

/// Drives `session` by the rules in session.hpp: offers each read until it is consumed, and stops
/// when the session closes; otherwise the peer ends its stream after the last read.
inline Talk talk(sock::Session& session, const Reads& reads) {
  Talk result;
  sock::Step step = session.on_open(result.out);
  for (std::string_view in : reads) {
    while (!in.empty() && !step.close) {
      std::string out;  // the driver sends and clears it between two steps
      step = session.on_bytes(in, out);
      result.out += out;
      if (step.in_place) result.out += in.substr(0, step.consumed);
      in.remove_prefix(step.consumed);
    }
  }
  result.closed = step.close;
  session.on_end(step.close ? sock::End::by_server : sock::End::peer_closed, result.out);
  return result;
}
