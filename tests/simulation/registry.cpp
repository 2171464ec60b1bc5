#include "simulation/registry.hpp"

#include <algorithm>
#include <utility>

#include "simulation/connection.hpp"

namespace simulation {

void Registry::add(std::shared_ptr<Connection> connection) {
  Connection& added = *connection;
  open_.push_back(std::move(connection));
  if (stopping_) {
    ++owing_;
    added.stop();
    if (!added.may_be_in_room()) settle(added);
  }
  if (leaving_) added.leave();
  if (cutting_) added.cut();
}

void Registry::settled(Connection& connection) {
  if (stopping_) settle(connection);
}

void Registry::settle(Connection& connection) {
  if (std::exchange(connection.has_settled, true)) return;
  if (--owing_ > 0 || std::exchange(leaving_, true)) return;
  for (const auto& one : open_) one->leave();
}

void Registry::retire(Connection& connection) {
  connection.is_retired = true;
  if (stopping_) settle(connection);
}

void Registry::remove(Connection& connection) {
  const auto removed =
      std::erase_if(open_, [&connection](const auto& one) { return one.get() == &connection; });
  require(removed == 1, "removed twice");
}

void Registry::stop() {
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
  cutting_ = true;
  for (const auto& one : open_) one->cut();
}

}  // namespace simulation
