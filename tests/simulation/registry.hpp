#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace simulation {

class Connection;

/// The library's Registry without its lock: the served connections, and the two steps of a stop.
class Registry {
 public:
  void add(std::shared_ptr<Connection> connection);
  void settled(Connection& connection);
  void retire(Connection& connection);
  void remove(Connection& connection);
  void stop();
  void cut();

  bool is_stopping() const { return stopping_; }
  bool is_empty() const { return open_.empty(); }
  const std::vector<std::shared_ptr<Connection>>& open() const { return open_; }

 private:
  void settle(Connection& connection);

  std::vector<std::shared_ptr<Connection>> open_;
  std::size_t owing_ = 0;
  bool stopping_ = false, leaving_ = false, cutting_ = false;
};

}  // namespace simulation
