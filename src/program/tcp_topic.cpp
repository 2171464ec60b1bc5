#include "program/tcp_topic.hpp"

#include "program/help.hpp"

namespace program {
namespace {

constexpr auto about_tcp =
    R"(TCP made visible: -vvv tells what the system says, when it changes.

  state ESTABLISHED -> CLOSE_WAIT: the peer has sent its FIN
      the states of RFC 9293, and why
  5 writes so far, 3 segments
      counts: where one segment ends and another begins, no program sees
  the peer's window is full: it does not read
      the peer's system has no more room; then: open again
  rtt 41 us
      there and back, smoothed; again when it has changed by half
  5 writes, 3 segments, 0 retransmitted, least rtt 21 us; the peer has closed
  first: it stays in TIME_WAIT
      at the end. The side that closes first stays in TIME_WAIT for a minute,
      without its program: `ss -tan` shows it

At most 20 lines a second for a connection. Not for UNIX sockets and datagrams.
)";

}  // namespace

void declare_tcp(CLI::App& app, bool& nagle) {
  auto& page = add_topic(app, "tcp", "TCP", about_tcp);
  page.add_flag("--nagle", nagle,
                "leave Nagle's algorithm on\n"
                "What is less than a segment waits until all that was sent before is acknowledged. "
                "Without this option, what is written leaves at once (TCP_NODELAY).");
}

}  // namespace program
