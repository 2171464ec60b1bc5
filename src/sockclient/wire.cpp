#include "wire.hpp"

#include <poll.h>
#include <unistd.h>

#include <chrono>

#include "output.hpp"
#include "program/process.hpp"
#include "program/values.hpp"
#include "stream_wire.hpp"

namespace sockclient {
namespace {

using sock::Clock;
using std::chrono::milliseconds;

constexpr milliseconds end_of_conversation{1000};

}  // namespace

std::unique_ptr<Wire> Wire::connect(const Options& options) {
  return std::make_unique<StreamWire>(options);
}

bool Wire::send(std::string_view text, const Receiver& receive) {
  for (;;) {
    pollfd socket{descriptor(), POLLOUT, 0};
    if (!server_ended()) socket.events |= POLLIN;
    if (::poll(&socket, 1, -1) < 0) continue;
    if ((socket.revents & ~POLLOUT) != 0 && !server_ended()) read(receive);
    const auto sending = offer(text, receive);
    if (sending != Sending::pending) return sending == Sending::done;
  }
}

bool Wire::hear(Time deadline, const Receiver& receive) {
  while (!sock::wait_for(descriptor(), POLLIN, deadline)) {
    if (Clock::now() >= deadline) return false;  // poll(2) cannot wait for more than 24 days
  }
  read(receive);
  return true;
}

Wire::Time Wire::idle_deadline() const {
  const auto idle = options_.idle.value_or(milliseconds(0));
  return idle.count() > 0 ? heard_ + idle : sock::no_deadline;
}

void Wire::check_idle() const {
  if (Clock::now() < idle_deadline()) return;
  throw Failure("nothing came for " + program::to_text(*options_.idle));
}

void Wire::say_goodbye(const Receiver& receive) {
  if (options_.half_closes()) {
    while (!server_ended() && Clock::now() < settles() && hear(settles(), receive)) {
    }
    report(options_, "half-closing");
    end_sending();
  }
  const auto silence = options_.until_silent.value_or(end_of_conversation);
  while (!server_ended() && hear(Clock::now() + silence, receive)) {
  }
}

void Wire::note_received(std::string_view bytes) {
  received_ += bytes.size();
  hears();
  dump(dump_in_, bytes);
}

void Wire::note_sent(std::string_view bytes) {
  sent_ += bytes.size();
  dump(dump_out_, bytes);
}

void Wire::dump(program::HexDump& direction, std::string_view bytes) const {
  if (!options_.hex_dump) return;
  while (!bytes.empty()) program::write_all(STDERR_FILENO, direction.next(bytes));
}

}  // namespace sockclient
