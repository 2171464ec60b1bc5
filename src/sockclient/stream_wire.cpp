#include "stream_wire.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <system_error>

#include "output.hpp"
#include "program/fault_option.hpp"

namespace sockclient {
namespace {

using sock::Clock;
using std::chrono::milliseconds;

constexpr milliseconds flush_again{20};
constexpr int reset_time = 100;  // ms after the server's end in which a reset may come
constexpr std::size_t most_kept = 64 * 1024;

}  // namespace

StreamWire::StreamWire(const Options& options) : Wire(options), stream_(connect()) {
  watch_tcp();
  if (options.faults.any()) faults_.emplace(options);
}

void StreamWire::start(const Receiver& receive) {
  if (faults_) end_on_purpose(receive);
}

void StreamWire::watch_tcp() {
  if (options().verbosity < 3 || !stream_.tcp_info()) return;
  tcp_.emplace([this](std::string_view what) { tell(what); });
  for (; early_writes_ > 0; --early_writes_) tcp_->wrote();
  tcp_->look(stream_);
}

std::optional<std::chrono::microseconds> StreamWire::system_rtt() const {
  const auto info = stream_.tcp_info();
  return info ? info->rtt : std::nullopt;
}

Wire::Time StreamWire::next_look() const {
  const auto look = tcp_ ? tcp_->next_look() : sock::no_deadline;
  return is_ending_ ? std::min(look, Clock::now() + flush_again) : look;
}

void StreamWire::look() {
  if (is_ending_ && flush()) end_sending();
  if (tcp_ && Clock::now() >= tcp_->next_look()) tcp_->look(stream_);
}

void StreamWire::close() {
  if (tls_ && !is_lost_ && stream_.native_handle() >= 0 && !(faults_ && faults_->ends_with())) {
    tls_->end();
    flush();
  }
  tls_.reset();
  if (tcp_) tcp_->finish(stream_, is_lost_);
  tcp_.reset();
  stream_.close();
}

void StreamWire::read(const Receiver& receive) {
  const std::string_view came = take();
  if (!came.empty()) receive(came);
  if (tls_) tls_->check();
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
  return tls_ ? open(came) : came;
}

std::string_view StreamWire::open(std::string_view came) {
  if (faults_ && faults_->ends_with()) return {};  // the faults have ended the connection
  if (server_ended_ && !tls_->peer_ended()) {
    is_lost_ = true;
    throw Failure(fmt::format("connection to {} was cut: the server has not said that it ends "
                              "(close_notify)",
                              to_string(options().server)),
                  Reason::tls);
  }
  const std::string_view text = tls_->open(came);
  server_ended_ = tls_->peer_ended();
  if (!tls_->is_sending()) flush();  // the engine's own answers; else they go with the text
  return text;
}

bool StreamWire::flush() {
  try {
    while (!tls_->seal({}).empty()) {
      const auto sealed = tls_->seal({});
      const auto result = stream_.try_write(sealed);
      if (result.state != sock::TryState::done) return result.state == sock::TryState::ended;
      note_sent(sealed.substr(0, result.bytes));
      if (tcp_) tcp_->wrote();
      tls_->sent(result.bytes);
    }
  } catch (const std::system_error&) {  // the next read reports it
  }
  return true;
}

Wire::Sending StreamWire::offer(std::string_view& text, const Receiver& receive) {
  const bool is_sealed = tls_ && !options().faults.mute;  // no record may be missing on the wire
  auto rest = is_sealed ? tls_->seal(text) : text;
  const auto bytes = faults_ ? faults_->change(rest, stream_) : rest;
  if (faults_ && bytes.empty()) {
    if (!is_sealed) text = rest;
    return text.empty() ? Sending::done : Sending::pending;
  }
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
    text.remove_prefix(tls_ ? tls_->sent(gone.size()) : gone.size());
    if (faults_) {
      faults_->sent(gone.size());
      end_on_purpose(receive);
    }
    return text.empty() ? Sending::done : Sending::pending;
  } catch (const std::system_error& error) {
    try {
      if (drain(receive)) return Sending::pending;
    } catch (const Failure&) {  // `error` says more
    }
    lost(error);
  }
}

void StreamWire::end_sending() {
  has_ended_sending_ = true;
  if (tls_ && !(faults_ && faults_->ends_with())) {
    tls_->end();
    is_ending_ = !flush();
    if (is_ending_) return;  // look() continues
  }
  if (tcp_) tcp_->ending(stream_);
  stream_.shutdown_send();
  if (tcp_) tcp_->look(stream_);
}

bool StreamWire::may_connect_again() const {
  return received() == 0 && !has_ended_sending_ && sent() == kept_.size() + before_text_ &&
         Clock::now() < settles_ && Clock::now() < retry_until();
}

bool StreamWire::connects_again() {
  if (!may_connect_again()) return false;
  // A server that has read the data has accepted it. Otherwise its close resets the connection.
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
  } catch (const std::system_error&) {  // the next read reports it
  }
  return true;
}

bool StreamWire::drain(const Receiver& receive) {
  while (!server_ended_) {
    const std::string_view came = take();
    if (!came.empty()) receive(came);
    if (tls_) tls_->check();
    if (came.empty() && !tls_) break;  // with TLS, a read may be part of a record
  }
  return !server_ended_;
}

// Ends the connection if the faults demand it now.
void StreamWire::end_on_purpose(const Receiver& receive) {
  std::string_view nothing;
  faults_->change(nothing, stream_);
  const auto fault = faults_->ends_with();
  if (!fault) return;
  if (fault == sock::Fault::close) {  // the server must not lose anything that was sent
    say_goodbye(receive);
  } else if (tcp_) {
    tcp_->resetting();
  }
  throw Failure(program::words_of(*fault, options().faults), Reason::other, 0);
}

std::string StreamWire::words_of(std::error_code why) const {
  const bool is_reset = why == std::errc::connection_reset || why == std::errc::broken_pipe;
  return fmt::format("connection to {} {}", to_string(options().server),
                     is_reset ? "was reset by the server" : "is lost: " + why.message());
}

void StreamWire::lost(const std::system_error& error) {
  is_lost_ = true;
  throw Failure(words_of(error.code()), reason_of(error.code()));
}

}  // namespace sockclient
