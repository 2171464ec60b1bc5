#include "server/registry.hpp"

#include <algorithm>

namespace sock {
namespace {

constexpr std::size_t most_without_place = 64;

}  // namespace

void Registry::add(Connection& connection) {
  const std::lock_guard lock(mutex_);
  open_.push_back(&connection);
  connection.place = open_.size() - 1;
  closed_.peak = std::max(closed_.peak, open_.size() - without_place_);
  if (cutting_) {
    connection.cut(End::stopped);
  } else if (stopping_) {
    connection.stop();
  }
}

void Registry::retire(Connection& connection) {
  const std::lock_guard lock(mutex_);
  connection.retired = true;
  connection.has_place = without_place_ >= most_without_place;
  if (!connection.has_place) ++without_place_;
}

void Registry::remove(Connection& connection) {
  const std::lock_guard lock(mutex_);
  erase(connection);
  ++closed_.served;
  closed_.bytes_in += connection.bytes_in.value();
  closed_.bytes_out += connection.bytes_out.value();
}

void Registry::withdraw(Connection& connection) {
  const std::lock_guard lock(mutex_);
  erase(connection);
}

void Registry::erase(Connection& connection) {
  if (!connection.has_place) --without_place_;
  open_.back()->place = connection.place;
  std::swap(open_[connection.place], open_.back());
  open_.pop_back();
}

void Registry::count_refused() {
  const std::lock_guard lock(mutex_);
  ++closed_.refused;
}

void Registry::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  // Those that wait for their peers are about to end, and must go on reading.
  for (Connection* connection : open_) {
    if (!connection->retired) connection->stop();
  }
}

void Registry::cut() {
  const std::lock_guard lock(mutex_);
  cutting_ = true;
  for (Connection* connection : open_) connection->cut(End::stopped);
}

void Registry::cut(Connection& connection, End why) {
  const std::lock_guard lock(mutex_);
  connection.cut(why);
}

void Registry::for_each(const std::function<void(Connection&)>& action) {
  const std::lock_guard lock(mutex_);
  for (Connection* connection : open_) action(*connection);
}

std::size_t Registry::size() const {
  const std::lock_guard lock(mutex_);
  return open_.size() - without_place_;
}

Totals Registry::totals() const {
  const std::lock_guard lock(mutex_);
  Totals totals = closed_;
  totals.active = open_.size() - without_place_;
  totals.served += open_.size();
  for (const Connection* connection : open_) {
    totals.bytes_in += connection->bytes_in.value();
    totals.bytes_out += connection->bytes_out.value();
  }
  return totals;
}

}  // namespace sock
