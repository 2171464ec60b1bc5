#include "server/registry.hpp"

#include <poll.h>

#include <algorithm>
#include <utility>

namespace sock {
namespace {

constexpr std::size_t most_without_place = 64;

}  // namespace

void Registry::add(std::shared_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  Connection& added = *connection;
  open_.push_back(std::move(connection));
  added.place = static_cast<std::uint32_t>(open_.size() - 1);
  closed_.peak = std::max(closed_.peak, places_taken());
  if (stopping_) {
    ++owing_;
    added.stop();
    if (!added.may_be_in_room()) settle(added);
  }
  if (leaving_) added.leave();
  if (cutting_) added.cut(End::stopped);
}

void Registry::settled(Connection& connection) {
  const std::lock_guard lock(mutex_);
  if (stopping_) settle(connection);
}

// When the last connection settles, all of them leave.
void Registry::settle(Connection& connection) {
  if (std::exchange(connection.has_settled, true)) return;
  if (--owing_ > 0 || std::exchange(leaving_, true)) return;
  for (const auto& one : open_) one->leave();
}

void Registry::retire(Connection& connection) {
  {
    const std::lock_guard lock(mutex_);
    connection.is_retired = true;
    ++retired_;
    if (stopping_) settle(connection);
  }
  on_change_();
}

void Registry::remove(Connection& connection) {
  std::shared_ptr<Connection> owner;  // destroyed outside the lock
  {
    const std::lock_guard lock(mutex_);
    owner = open_[connection.place];
    erase(connection);
    ++closed_.served;
    closed_.bytes_in += connection.conversation.bytes_in();
    closed_.bytes_out += connection.conversation.bytes_out();
  }
  on_change_();
}

void Registry::withdraw(Connection& connection) {
  const std::lock_guard lock(mutex_);
  if (stopping_) settle(connection);
  erase(connection);
}

void Registry::erase(Connection& connection) {
  if (connection.is_retired) --retired_;
  open_.back()->place = connection.place;
  std::swap(open_[connection.place], open_.back());
  open_.pop_back();
}

void Registry::count_refused() {
  const std::lock_guard lock(mutex_);
  ++closed_.refused;
}

// Retired connections are about to end, and go on waiting for their peers.
void Registry::stop() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(stopping_, true)) return;
  owing_ = open_.size() + 1;
  for (const auto& one : open_) {
    if (!one->is_retired) one->stop();
    if (one->is_retired || !one->may_be_in_room()) settle(*one);
  }
  if (--owing_ > 0) return;
  leaving_ = true;
  for (const auto& one : open_) one->leave();
}

void Registry::cut() {
  const std::lock_guard lock(mutex_);
  cutting_ = true;
  for (const auto& one : open_) one->cut(End::stopped);
}

void Registry::for_each(const std::function<void(Connection&)>& action) {
  const std::lock_guard lock(mutex_);
  for (const auto& one : open_) action(*one);
}

std::size_t Registry::places_taken() const {
  return open_.size() - std::min(retired_, most_without_place);
}

bool Registry::is_empty() const {
  const std::lock_guard lock(mutex_);
  return open_.empty();
}

Registry::Place Registry::find_place(std::size_t most) const {
  const std::lock_guard lock(mutex_);
  if (places_taken() < most) return Place::free;
  std::vector<pollfd> polled;
  polled.reserve(open_.size());
  for (const auto& one : open_) polled.push_back({one->socket.get(), POLLRDHUP, 0});
  return ::poll(polled.data(), polled.size(), 0) > 0 ? Place::soon : Place::none;
}

Totals Registry::totals() const {
  const std::lock_guard lock(mutex_);
  Totals totals = closed_;
  totals.active = places_taken();
  totals.served += open_.size();
  for (const auto& one : open_) {
    totals.bytes_in += one->conversation.bytes_in();
    totals.bytes_out += one->conversation.bytes_out();
  }
  return totals;
}

}  // namespace sock
