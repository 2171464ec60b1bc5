#include "stream_wire.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <chrono>
#include <string>
#include <system_error>

#include "output.hpp"
#include "program/fault_option.hpp"

namespace sockclient {
namespace {

using sock::Clock;
using std::chrono::milliseconds;

constexpr milliseconds at_once{500};
constexpr int reset_time = 100;  // in ms, how long after its end a reset may come
constexpr std::size_t most_kept = 64 * 1024;

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

}  // namespace

StreamWire::StreamWire(const Options& options) : Wire(options), stream_(connect()) {
  watch_tcp();
  if (!options.faults.any()) return;
  faults_.emplace(options);
  end_on_purpose({});  // at once
}

void StreamWire::watch_tcp() {
  if (options().verbosity < 3 || !stream_.tcp_info()) return;
  tcp_.emplace([this](std::string_view what) { tell(what); });
  tcp_->look(stream_);
}

std::optional<std::chrono::microseconds> StreamWire::system_rtt() const {
  const auto info = stream_.tcp_info();
  return info ? info->rtt : std::nullopt;
}

void StreamWire::look() {
  if (tcp_ && Clock::now() >= tcp_->next_look()) tcp_->look(stream_);
}

void StreamWire::close() {
  if (tcp_) tcp_->finish(stream_, is_lost_);
  tcp_.reset();
  stream_.close();
}

sock::Stream StreamWire::connect() {
  const auto& server = options().server;
  report(options(), "connecting to " + to_string(server));
  for (;;) {
    try {
      const auto began = Clock::now();
      auto stream = connect_to(server, {.family = options().family,
                                        .timeout = options().wait,
                                        .source = options().source,
                                        .nagle = options().nagle});
      connect_time_ = Clock::now() - began;
      report(options(), "connected to " + ends_of(stream));
      hears();
      if (options().retry.count() > 0) settles_ = Clock::now() + at_once;
      return stream;
    } catch (const std::system_error& error) {
      retry_or_fail(error.what(), error.code());
    }
  }
}

void StreamWire::read(const Receiver& receive) {
  const std::string_view came = take();
  if (!came.empty()) receive(came);
}

std::string_view StreamWire::take() {
  std::size_t bytes = 0;
  try {
    bytes = stream_.read_some(buffer_);
  } catch (const std::system_error& error) {
    is_lost_ = true;
    if (connects_again()) return {};
    lost(error);
  }
  if (bytes == 0 && connects_again()) return {};
  server_ended_ = bytes == 0;
  const std::string_view came(buffer_.data(), bytes);
  if (!came.empty()) note_received(came);
  if (tcp_) tcp_->look(stream_);
  return came;
}

Wire::Sending StreamWire::offer(std::string_view& text, const Receiver& receive) {
  const auto bytes = faults_ ? faults_->change(text, stream_) : text;
  if (faults_ && bytes.empty()) return text.empty() ? Sending::done : Sending::pending;
  try {
    const auto result = stream_.try_write(bytes);
    if (result.state == sock::TryState::ended) {
      return may_connect_again() && drain(receive) ? Sending::pending : Sending::refused;
    }
    const std::string_view gone = bytes.substr(0, result.bytes);
    if (may_connect_again()) kept_ += gone;
    if (kept_.size() > most_kept) kept_.clear();
    if (!gone.empty()) note_sent(gone);
    if (tcp_ && !gone.empty()) tcp_->wrote();
    if (tcp_) tcp_->look(stream_);
    text.remove_prefix(gone.size());
    if (faults_) {
      faults_->sent(gone.size());
      end_on_purpose(receive);
    }
    return text.empty() ? Sending::done : Sending::pending;
  } catch (const std::system_error& error) {
    try {
      if (drain(receive)) return Sending::pending;
    } catch (const Failure&) {  // this one says more
    }
    lost(error);
  }
}

void StreamWire::end_sending() {
  has_ended_sending_ = true;
  if (tcp_) tcp_->ending(stream_);
  stream_.shutdown_send();
  if (tcp_) tcp_->look(stream_);
}

bool StreamWire::may_connect_again() const {
  return received() == 0 && !has_ended_sending_ && sent() == kept_.size() &&
         Clock::now() < settles_ && Clock::now() < retry_until();
}

bool StreamWire::connects_again() {
  if (!may_connect_again()) return false;
  // One that has read what was sent has taken it. Else it resets the connection.
  pollfd socket{descriptor(), 0, 0};
  if (sent() > 0 && ::poll(&socket, 1, reset_time) == 0) return false;
  close();
  retry_later("the server closed at once");
  stream_ = connect();
  is_lost_ = false;
  watch_tcp();
  if (!kept_.empty()) note_sent_again(kept_);
  try {
    if (tcp_ && !kept_.empty()) tcp_->wrote();
    stream_.write(kept_);
  } catch (const std::system_error&) {  // whoever reads finds its end
  }
  return true;
}

bool StreamWire::drain(const Receiver& receive) {
  while (!server_ended_) {
    const std::string_view came = take();
    if (came.empty()) break;
    receive(came);
  }
  return !server_ended_;
}

// If the faults end it now.
void StreamWire::end_on_purpose(const Receiver& receive) {
  std::string_view nothing;
  faults_->change(nothing, stream_);
  const auto fault = faults_->ends_with();
  if (!fault) return;
  if (fault == sock::Fault::close) {  // of what was sent, the server is to lose nothing
    say_goodbye(receive ? receive : [](std::string_view) {});
  } else if (tcp_) {
    tcp_->resetting();
  }
  close();
  throw Failure(program::words_of(*fault, options().faults), Reason::other, 0);
}

void StreamWire::lost(const std::system_error& error) {
  is_lost_ = true;
  const auto why = error.code();
  const bool is_reset = why == std::errc::connection_reset || why == std::errc::broken_pipe;
  throw Failure(fmt::format("connection to {} {}", to_string(options().server),
                            is_reset ? "was reset by the server" : "is lost: " + why.message()),
                reason_of(why));
}

}  // namespace sockclient
