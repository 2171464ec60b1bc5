#pragma once

#include <memory>

#include "server/connection.hpp"
#include "server/event_loop.hpp"

namespace sock {

/// The driver of a connection on an event loop: where the one of serve_blocking.hpp waits, it
/// returns, and goes on when the loop calls again.
class LoopConnection final : public Connection,
                             public Served,
                             public std::enable_shared_from_this<LoopConnection> {
 public:
  /// The socket belongs to the context of `on`. All of them outlive it. Throws what the service
  /// throws.
  LoopConnection(StreamSocket& accepted, Client who, Service& service, Observer& told,
                 EventLoop& on, Keeper& keeper);
  ~LoopConnection() override;

  /// Any thread, once: serves it from its first word to its close.
  void serve() noexcept { loop_.soon(shared_from_this()); }

 private:
  // Waiting for input, for as long as it may take, needs no memory but the client's own.
  struct OnInput {
    using allocator_type = HandlerAllocator<void, ClientMemory>;
    allocator_type get_allocator() const { return allocator_type(self->memory_); }
    void operator()(asio::error_code) const {
      self->awaits_input_ = false;
      if (self->go_on()) self->loop_.soon(self);
    }
    std::shared_ptr<LoopConnection> self;
  };

  bool proceed() noexcept override { return go_on(); }
  void told() noexcept override { wake(); }
  void wake() noexcept override;

  class Deadline final : public Timed {
   public:
    explicit Deadline(LoopConnection& owner) : owner_(owner) {}
    void due() noexcept override { owner_.time_out(); }

   private:
    LoopConnection& owner_;
  };

  // What comes after a step.
  enum class Then {
    step,   // the next one
    turn,   // the others' turns, and then another one of this client
    event,  // whatever is waited for; or nothing, if it is closed
  };

  bool go_on() noexcept;
  void time_out() noexcept;
  Then step(bool& has_read);
  Then receive(const Conversation::Action& action, bool& has_read);
  Then send();
  Then wait_until(Clock::time_point when);
  Then await_input(Clock::time_point until);
  Then await_room();
  Then park(Then then) noexcept;

  EventLoop& loop_;
  Keeper& keeper_;
  std::unique_ptr<Deadline> deadline_;  // as soon as it has had one
  ClientMemory memory_;
  bool awaits_input_ = false;
  bool awaits_room_ = false;
  bool reads_again_ = false;  // without having been told that there is input
  bool is_closed_ = false;
};

}  // namespace sock
