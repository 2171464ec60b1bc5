#include "wire.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include "output.hpp"
#include "program/process.hpp"
#include "program/values.hpp"

namespace sockclient {
namespace {

using sock::Clock;
using std::chrono::milliseconds;

constexpr milliseconds between_tries{100};
constexpr milliseconds at_once{500};
constexpr int reset_time = 100;  // in ms, how long after its end a reset may come
constexpr std::size_t most_kept = 64 * 1024;
constexpr milliseconds end_of_conversation{1000};

sock::Stream connect_to(const sock::Address& server, const sock::ConnectOptions& how) {
  if (server.is_local()) return sock::Stream::connect(to_string(server), how);
  return sock::Stream::connect(server.host, server.port, how);
}

// Both ends; of a UNIX socket's, ours has no name.
std::string ends_of(const sock::Stream& stream) {
  const auto remote = stream.remote();
  if (remote.transport == sock::Transport::local) return to_string(remote);
  return to_string(remote) + " from " + to_string(stream.local());
}

// Help with a HOST that holds what belongs into PORT.
std::string hint_for(std::string_view host) {
  const auto colon = host.rfind(':');
  if (colon == host.npos || program::parse_port(host.substr(colon + 1)).value_or(0) == 0) return {};
  const auto name = host.substr(0, colon);
  const bool is_ipv6 = name.find(':') != name.npos;
  if (name.empty() || (is_ipv6 && !name.ends_with(']') && name != "::1")) return {};
  return fmt::format("(HOST and PORT are two arguments: sockclient {} {})", name,
                     host.substr(colon + 1));
}

}  // namespace

Wire::Wire(const Options& options)
    : options_(options), retry_until_(Clock::now() + options.retry), stream_(connect()) {}

sock::Stream Wire::connect() {
  const auto& server = options_.server;
  const std::string hint = server.is_local() ? "" : hint_for(server.host);
  if (server.host.starts_with("::1:") && !hint.empty()) {  // the system has it for ::0.1.0.9
    throw Failure("cannot connect to " + server.host + ": no address of a host", 1, hint);
  }
  report(options_, "connecting to " + to_string(server));
  for (;;) {
    try {
      auto stream = connect_to(server, {options_.family, options_.wait});
      report(options_, "connected to " + ends_of(stream));
      heard_ = Clock::now();
      if (options_.retry.count() > 0) settles_ = heard_ + at_once;
      return stream;
    } catch (const std::system_error& error) {
      if (Clock::now() + between_tries >= retry_until_) throw Failure(error.what(), 1, hint);
      report(options_, fmt::format("{}; trying again", error.what()));
    }
    std::this_thread::sleep_for(between_tries);
  }
}

std::string_view Wire::read() {
  std::size_t bytes = 0;
  try {
    bytes = stream_.read_some(buffer_);
  } catch (const std::system_error& error) {
    if (connects_again()) return {};
    lost(error);
  }
  if (bytes == 0 && connects_again()) return {};
  server_ended_ = bytes == 0;
  received_ += bytes;
  heard_ = Clock::now();
  const std::string_view came(buffer_.data(), bytes);
  dump(dump_in_, came);
  return came;
}

bool Wire::offer(std::string_view& text, const Receiver& receive) {
  try {
    const auto result = stream_.try_write(text);
    if (result.state == sock::TryState::ended) return may_connect_again() && drain(receive);
    const std::string_view gone = text.substr(0, result.bytes);
    dump(dump_out_, gone);
    if (may_connect_again()) kept_ += gone;
    if (kept_.size() > most_kept) kept_.clear();
    sent_ += gone.size();
    text.remove_prefix(gone.size());
    return true;
  } catch (const std::system_error& error) {
    try {
      if (drain(receive)) return true;
    } catch (const Failure&) {  // this one says more
    }
    lost(error);
  }
}

bool Wire::send(std::string_view text, const Receiver& receive) {
  while (!text.empty()) {
    pollfd socket{descriptor(), POLLOUT, 0};
    if (!server_ended_) socket.events |= POLLIN;
    if (::poll(&socket, 1, -1) < 0) continue;
    if ((socket.revents & ~POLLOUT) != 0 && !server_ended_) {
      const std::string_view came = read();
      if (!came.empty()) receive(came);
    }
    if (!offer(text, receive)) return false;
  }
  return true;
}

bool Wire::hear(Time deadline, const Receiver& receive) {
  while (!sock::wait_for(descriptor(), POLLIN, deadline)) {
    if (Clock::now() >= deadline) return false;  // poll(2) cannot wait for more than 24 days
  }
  const std::string_view came = read();
  if (!came.empty()) receive(came);
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

void Wire::end_sending() {
  has_ended_sending_ = true;
  stream_.shutdown_send();
}

void Wire::say_goodbye(const Receiver& receive) {
  if (options_.half_closes()) {
    while (!server_ended_ && Clock::now() < settles() && hear(settles(), receive)) {
    }
    report(options_, "half-closing");
    end_sending();
  }
  const auto silence = options_.until_silent.value_or(end_of_conversation);
  while (!server_ended_ && hear(Clock::now() + silence, receive)) {
  }
}

bool Wire::may_connect_again() const {
  return received_ == 0 && !has_ended_sending_ && sent_ == kept_.size() &&
         Clock::now() < settles_ && Clock::now() < retry_until_;
}

bool Wire::connects_again() {
  if (!may_connect_again()) return false;
  // One that has read what was sent has taken it. Else it resets the connection.
  pollfd socket{descriptor(), 0, 0};
  if (sent_ > 0 && ::poll(&socket, 1, reset_time) == 0) return false;
  report(options_, "the server closed at once; trying again");
  std::this_thread::sleep_for(between_tries);
  stream_ = connect();
  dump(dump_out_, kept_);
  try {
    stream_.write(kept_);
  } catch (const std::system_error&) {  // whoever reads finds its end
  }
  return true;
}

bool Wire::drain(const Receiver& receive) {
  while (!server_ended_) {
    const std::string_view came = read();
    if (came.empty()) break;
    receive(came);
  }
  return !server_ended_;
}

void Wire::dump(program::HexDump& direction, std::string_view bytes) const {
  if (!options_.hex_dump) return;
  while (!bytes.empty()) program::write_all(STDERR_FILENO, direction.next(bytes));
}

void Wire::lost(const std::system_error& error) const {
  const auto why = error.code();
  const bool is_reset = why == std::errc::connection_reset || why == std::errc::broken_pipe;
  throw Failure(fmt::format("connection to {} {}", to_string(options_.server),
                            is_reset ? "was reset by the server" : "is lost: " + why.message()));
}

}  // namespace sockclient
