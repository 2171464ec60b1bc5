#pragma once

#include <cstdint>
#include <memory>

#include "core/conversation.hpp"
#include "simulation/judge.hpp"
#include "simulation/registry.hpp"
#include "simulation/schedule.hpp"
#include "simulation/spy.hpp"
#include "simulation/wire.hpp"
#include "sock/room_log.hpp"
#include "support/scarce_memory.hpp"

namespace simulation {

/// Shared by all connections of one server.
struct World {
  Random& random;
  Schedule& schedule;
  Judge& judge;
  sock::Service& service;
  std::size_t bound;  // of the room's log
};

/// The library's Connection, on a Wire: the common part of the two drivers.
class Connection : public sock::System, public sock::Feed::Driver {
 public:
  using Action = sock::Conversation::Action;

  Connection(World& world, Registry& registry, Account& account, std::shared_ptr<Wire> wire);
  virtual ~Connection() = default;

  void stop();
  void leave() { ask(to_leave); }
  void cut();
  bool may_be_in_room() const { return account.is_behind_proxy || conversation.feed() != nullptr; }

  sock::Clock::time_point now() const override { return world.schedule.now(); }
  std::size_t unread() const override { return wire->unread(); }
  bool is_peer_held_up() const override { return wire->is_held_up(); }
  std::uint64_t acknowledged() const override { return wire->acknowledged(); }
  bool has_unacknowledged() const override { return wire->has_unacknowledged(); }
  bool is_busy() const override { return wire->is_busy(); }

  /// Fails if the connection could go on but does not, while nothing else happens.
  void check_not_stuck() const;
  /// Fails if a client sends and is not read from for too long. Must be called before time passes;
  /// `is_late`: the program was stopped meanwhile.
  void check_heard(bool is_late);
  /// Nothing waits to be sent or heard.
  bool is_at_rest() const;

  World& world;
  Account& account;
  sock::Client client;  // with the address that the layer has reported
  const std::shared_ptr<Wire> wire;
  const std::unique_ptr<sock::Session> session;
  sock::Conversation conversation;
  bool is_retired = false, has_settled = false;

 protected:
  void begin_turn(sock::Buffers& buffers);
  /// Other data is written to the buffers afterwards.
  bool end_turn();
  Action next();
  void heed();
  /// Returns false if it would block.
  bool receive(const Action& action);
  bool send();
  bool take_lines();
  /// As a pusher does: the client's own driver finds out what an error means.
  bool send_once();
  void timed_out();
  void end(bool lingers);
  void close();
  void note_settled();
  bool is_asked() const { return heeded_ != 0; }

  Action last_;

 private:
  static constexpr unsigned to_stop = 1, to_leave = 2, to_cut = 4;
  virtual void wake() = 0;
  /// From now on others may write to this client. Called in its turn.
  virtual void prepare_for_lines() {}
  std::unique_ptr<sock::Session> open();
  std::unique_ptr<sock::Session> spied();
  void ask(unsigned what);
  void check_rate();
  void meanwhile();
  void tell_action() const;

  Registry& registry_;
  sock::Buffers* buffers_ = nullptr;
  unsigned asked_ = 0, heeded_ = 0;
  bool told_settled_ = false, is_closed_ = false;
  const sock::Clock::time_point since_;
  std::uint64_t taken_ = 0;
  sock::Clock::time_point heard_at_ = since_, starved_since_ = since_;
  std::uint64_t starved_at_ = 0;
  bool starves_ = false;
};

}  // namespace simulation
