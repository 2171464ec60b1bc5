#include "sock/registry.hpp"

#include <algorithm>

namespace sock {

void Registry::add(Connection& connection) {
  const std::lock_guard lock(mutex_);
  connection.place = open_.size();
  open_.push_back(&connection);
  closed_.peak = std::max(closed_.peak, open_.size());
  if (cutting_) {
    connection.cut(End::stopped);
  } else if (stopping_) {
    connection.stop();
  }
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
  for (Connection* connection : open_) connection->stop();
}

void Registry::cut() {
  const std::lock_guard lock(mutex_);
  cutting_ = true;
  for (Connection* connection : open_) connection->cut(End::stopped);
}

void Registry::for_each(const std::function<void(Connection&)>& action) {
  const std::lock_guard lock(mutex_);
  for (Connection* connection : open_) action(*connection);
}

std::size_t Registry::size() const {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

Totals Registry::totals() const {
  const std::lock_guard lock(mutex_);
  Totals totals = closed_;
  totals.active = open_.size();
  totals.served += open_.size();
  for (const Connection* connection : open_) {
    totals.bytes_in += connection->bytes_in.value();
    totals.bytes_out += connection->bytes_out.value();
  }
  return totals;
}

}  // namespace sock
