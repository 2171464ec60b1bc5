#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "server/deadlines.hpp"
#include "simulation/connection.hpp"

namespace simulation {

class LoopConnection;

/// An event loop like src/sock/server/event_loop.hpp: one set of buffers for all its connections.
class Loop {
 public:
  Loop(World& world, Registry& registry) : world_(world), registry_(registry) {}

  /// Runs until `is_over` is set and no connection is left.
  Task run(const bool& is_over);

  void soon(std::shared_ptr<LoopConnection> one);
  void serve(std::shared_ptr<LoopConnection> one);

  sock::Buffers buffers;
  sock::Deadlines deadlines;

 private:
  bool has_event() const;
  bool may_end(bool is_over) const;
  std::shared_ptr<LoopConnection> choose();

  World& world_;
  Registry& registry_;
  std::deque<std::shared_ptr<LoopConnection>> queue_;
  std::vector<std::shared_ptr<LoopConnection>> served_;
};

/// src/sock/server/serve_async.cpp, with an event loop that the seed controls.
class LoopConnection final : public Connection,
                             public sock::Timed,
                             public std::enable_shared_from_this<LoopConnection> {
 public:
  LoopConnection(World& in, Registry& registry, Account& of, std::shared_ptr<Wire> on, Loop& loop)
      : Connection(in, registry, of, std::move(on)), loop_(loop) {}
  ~LoopConnection() override { loop_.deadlines.clear(*this); }

  /// An event that it waits for has come.
  bool is_ready() const;
  Task go_on();
  void due() noexcept override { is_due_ = true; }

  bool is_queued = false;
  bool is_closed = false;

 private:
  void told() noexcept override { wake(); }
  void wake() override {
    if (auto self = weak_from_this().lock()) loop_.soon(std::move(self));
  }

  Task step();
  bool receive_some(const Action& action);
  bool send_some();
  bool wait_until(Clock::time_point when);
  bool await_input(Clock::time_point until);
  bool await_room();

  Loop& loop_;
  bool awaits_input_ = false, awaits_room_ = false, has_read_ = false, is_due_ = false;
};

}  // namespace simulation
