#include "wire.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "datagram_wire.hpp"
#include "output.hpp"
#include "program/process.hpp"
#include "program/shown_text.hpp"
#include "program/values.hpp"
#include "sock/escape.hpp"
#include "stream_wire.hpp"

namespace sockclient {
namespace {

using sock::Clock;
using std::chrono::milliseconds;

constexpr milliseconds between_tries{100};
constexpr milliseconds end_of_conversation{1000};

// A hint for a HOST that is a path, or contains the PORT.
std::string hint_for(std::string_view host) {
  if (host.starts_with('/') || host.starts_with("./")) {
    return fmt::format("(a UNIX socket: sockclient unix:{})", sock::escaped(host));
  }
  const auto colon = host.rfind(':');
  if (colon == host.npos || program::parse_port(host.substr(colon + 1)).value_or(0) == 0) return {};
  const auto name = host.substr(0, colon);
  const bool is_ipv6 = name.find(':') != name.npos;
  if (name.empty() || (is_ipv6 && !name.ends_with(']') && name != "::1")) return {};
  return fmt::format("(HOST and PORT are two arguments: sockclient {} {})", name,
                     host.substr(colon + 1));
}

}  // namespace

std::unique_ptr<Wire> Wire::connect(const Options& options) {
  const std::string& host = options.server.host;
  if (const auto hint = hint_for(host); host.starts_with("::1:") && !hint.empty()) {
    // The system would take `::1:9` for the address ::0.1.0.9.
    throw Failure("cannot connect to " + host + ": no address of a host", Reason::other, 1, hint);
  }
  if (options.udp) return std::make_unique<DatagramWire>(options);
  return std::make_unique<StreamWire>(options);
}

bool Wire::send(std::string_view text, const Receiver& receive) {
  for (;;) {
    const bool may_offer = Clock::now() >= resumes();
    pollfd socket{descriptor(), 0, 0};
    if (may_offer) socket.events |= POLLOUT;
    if (!server_ended() && !is_deaf()) socket.events |= POLLIN;
    const auto until = may_offer ? next_look() : std::min(next_look(), resumes());
    const int ready = ::poll(&socket, 1, sock::poll_timeout(until));
    look();
    if (ready < 0) continue;
    if (is_deaf() && (socket.revents & (POLLHUP | POLLERR)) != 0) {
      hung_up();
      return false;
    }
    if ((socket.events & POLLIN) != 0 && (socket.revents & ~POLLOUT) != 0) read(receive);
    if (!may_offer) continue;
    const auto sending = offer(text, receive);
    if (sending != Sending::pending) return sending == Sending::done;
  }
}

bool Wire::hear(Time deadline, const Receiver& receive) {
  const short events = is_deaf() ? 0 : POLLIN;
  while (!sock::wait_for(descriptor(), events, std::min(deadline, next_look()))) {
    look();
    if (Clock::now() >= deadline) return false;  // poll(2) cannot wait for more than 24 days
  }
  if (is_deaf()) {
    hung_up();
  } else {
    read(receive);
  }
  return true;
}

Wire::Time Wire::idle_deadline() const {
  const auto idle = options_.idle.value_or(milliseconds(0));
  return idle.count() > 0 ? heard_ + idle : sock::no_deadline;
}

void Wire::check_idle() const {
  if (Clock::now() < idle_deadline()) return;
  throw Failure("nothing came for " + program::to_text(*options_.idle), Reason::timeout);
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

std::string Wire::totals() const {
  return fmt::format("{} sent, {} received", program::size_text(sent_),
                     program::size_text(received_));
}

void Wire::retry_later(const std::string& why) const {
  report(options_, why + "; trying again");
  std::this_thread::sleep_for(between_tries);
}

void Wire::retry_or_fail(const std::string& why, std::error_code error,
                         const std::string& hint) const {
  if (Clock::now() + between_tries >= retry_until_) {
    throw Failure(why, reason_of(error), 1, hint.empty() ? hint_for(options_.server.host) : hint);
  }
  retry_later(why);
}

void Wire::note_received(std::string_view bytes) {
  received_ += bytes.size();
  hears();
  show("read", dump_in_, bytes);
}

void Wire::note_sent(std::string_view bytes) {
  sent_ += bytes.size();
  show("wrote", dump_out_, bytes);
}

void Wire::tell(std::string_view what) const {
  before_telling_();
  say(what);
}

void Wire::show(std::string_view what, program::HexDump& direction, std::string_view bytes) const {
  if (options_.verbosity >= 2) {
    program::EventLine line;
    line.append("{} {} byte{}: ", what, bytes.size(), bytes.size() == 1 ? "" : "s");
    program::append_quoted(line, bytes);
    tell(line.text());
  }
  if (!options_.hex_dump) return;
  before_telling_();
  do {
    program::write_all(STDERR_FILENO, direction.next(bytes));
  } while (!bytes.empty());
}

}  // namespace sockclient
