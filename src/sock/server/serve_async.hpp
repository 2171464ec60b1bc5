#pragma once

#include <memory>

#include "server/connection.hpp"
#include "server/event_loop.hpp"

namespace sock {

/// The driver of a connection on an event loop: where ThreadConnection waits, it returns, and goes
/// on when the loop calls it again.
class LoopConnection final : public Connection,
                             public Served,
                             private Watcher,
                             public std::enable_shared_from_this<LoopConnection> {
 public:
  /// All of them must outlive it. Throws what the service throws.
  LoopConnection(Descriptor& accepted, Client who, const Reception& how, EventLoop& on,
                 Keeper& keeper);

  /// From any thread, once: serves the client from its first word to its close.
  void serve() noexcept { loop_.soon(shared_from_this()); }

 private:
  bool proceed() noexcept override { return go_on(); }
  void ready() noexcept override;
  // Called for each line and member, so it is cheap if the connection waits for its turn already:
  // in that turn it looks for lines, and whether it is behind.
  void told() noexcept override {
    if (!is_queued()) wake();
  }
  void wake() noexcept override;

  class Deadline final : public Timed {
   public:
    explicit Deadline(LoopConnection& owner) : owner_(owner) {}
    ~Deadline() override { owner_.loop_.clear_deadline(*this); }
    // May destroy this object.
    void due() noexcept override { owner_.time_out(); }

   private:
    LoopConnection& owner_;
  };

  // What comes after a step.
  enum class Then {
    step,   // the next step
    turn,   // the turns of others, then another turn of this client
    event,  // an awaited event; or nothing, if it is closed
  };

  bool go_on() noexcept;
  void time_out() noexcept;
  Then step();
  Then receive(const Conversation::Action& action);
  Then send();
  Then wait_until(Clock::time_point when);
  bool watch(std::uint32_t events);
  Then park(Then then) noexcept;

  EventLoop& loop_;
  Keeper& keeper_;
  std::unique_ptr<Deadline> deadline_;  // while there is one
  bool is_ready_ = false;               // the loop has reported an awaited event
  bool is_closed_ = false;
};

}  // namespace sock
