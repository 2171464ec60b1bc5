#include "simulation/wire.hpp"

#include <algorithm>

namespace simulation {
namespace {

// Moves as many bytes as there is room for, and returns their number.
std::size_t move_bytes(std::string& from, std::string& to, std::size_t capacity) {
  const std::size_t bytes = std::min(from.size(), capacity - std::min(capacity, to.size()));
  to.append(from, 0, bytes);
  from.erase(0, bytes);
  return bytes;
}

}  // namespace

void Wire::write(std::string_view bytes) {
  if (client_was_reset_ || was_lost_) return;
  client_out_ += bytes;
  pump();
}

void Wire::pump() {
  if (was_lost_) return;
  if (server_closed_ && is_local_) client_out_.clear();
  if (server_closed_ && !client_out_.empty()) {  // answered with a reset
    client_was_reset_ = true;
    client_out_.clear();
    client_in_.clear();
    server_out_.clear();
    return;
  }
  if (client_left_ && !server_out_.empty()) {
    was_lost_ = true;
    server_in_.clear();
    return;
  }
  const std::size_t in = move_bytes(client_out_, server_in_, sizes_.server_in);
  const std::size_t out = move_bytes(server_out_, client_in_, sizes_.client_in);
  if (!is_local_) acknowledged_ += out;
  if (in + out > 0) moved_at_ = schedule_.now();
}

void Wire::reset() {
  was_lost_ = true;
  for (auto* bytes : {&client_out_, &server_in_, &server_out_, &client_in_}) bytes->clear();
}

std::string Wire::read(std::size_t most) {
  std::string bytes = client_in_.substr(0, most);
  client_in_.erase(0, most);
  for (auto left = bytes.size(); is_local_ && left > 0;) {
    const auto part = std::min(left, blocks_.front());
    left -= part;
    blocks_.front() -= part;
    if (blocks_.front() > 0) break;
    blocks_.pop_front();
    ++acknowledged_;
  }
  pump();
  return bytes;
}

std::size_t Wire::room() const {
  if (is_local_) return sizes_.client_in - std::min(sizes_.client_in, client_in_.size());
  return sizes_.server_out - server_out_.size();
}

void Wire::leave() {
  client_ended_ = true;
  client_left_ = true;
  if (!client_in_.empty()) return reset();
  pump();
}

bool Wire::is_readable() const {
  return !server_in_.empty() || client_ended_ || is_shut_ || was_lost_;
}

sock::Transfer Wire::receive(std::span<char> buffer) {
  using Result = sock::Transfer::Result;
  if (was_lost_) return {Result::lost};
  if (server_in_.empty()) return {client_ended_ || is_shut_ ? Result::ended : Result::would_block};
  const std::size_t bytes = std::min(buffer.size(), server_in_.size());
  std::copy_n(server_in_.begin(), bytes, buffer.begin());
  server_in_.erase(0, bytes);
  pump();
  return {Result::done, bytes};
}

sock::Transfer Wire::send(std::string_view bytes) {
  using Result = sock::Transfer::Result;
  if (was_lost_ || is_shut_) return {Result::lost};
  std::size_t some = std::min(room(), bytes.size());
  if (some == 0) return {Result::would_block};
  if (random_.one_in(8)) some = random_.between(1, some);
  server_out_ += bytes.substr(0, some);
  if (is_local_) blocks_.push_back(some);
  pump();
  return {Result::done, some};
}

void Wire::shut() {
  is_shut_ = true;
  server_ended_ = true;
}

void Wire::close() {
  if (is_local_) server_in_.clear();  // unread input is discarded
  if (!server_in_.empty()) {
    client_was_reset_ = true;
    client_in_.clear();
    server_out_.clear();
  }
  server_ended_ = true;
  server_closed_ = true;
  pump();
}

}  // namespace simulation
