#pragma once

#include <memory>
#include <utility>

#include "server/token.hpp"
#include "simulation/connection.hpp"

namespace simulation {

/// src/sock/server/serve_blocking.cpp, on threads that the seed controls: a thread can be
/// interrupted wherever a real one can, between any two steps that are visible to others.
class ThreadConnection final : public Connection,
                               public std::enable_shared_from_this<ThreadConnection> {
 public:
  using Connection::Connection;

  Task serve();

 private:
  /// The clients to whom a thread has said something in its turn.
  class Spoken {
   public:
    void add(std::shared_ptr<ThreadConnection> one) {
      one->next_spoken_to_ = std::move(first_);
      first_ = std::move(one);
    }
    std::shared_ptr<ThreadConnection> pop() {
      auto one = std::move(first_);
      if (one != nullptr) first_ = std::move(one->next_spoken_to_);
      return one;
    }

   private:
    std::shared_ptr<ThreadConnection> first_;
  };

  void told() noexcept override;
  void wake() override { is_woken_ = true; }
  void prepare_for_lines() override { token_.take(); }  // the token of this turn

  Task step(sock::Buffers& buffers);
  Task receive_some(const Action& action, sock::Buffers& buffers);
  Task wait(bool for_input, bool for_room, Clock::time_point until, sock::Buffers& buffers);
  bool try_give_back();
  bool has_input(bool for_input, bool for_room) const;
  Task take_turn(sock::Buffers& buffers);
  Task give_turn(sock::Buffers& buffers);
  Task deliver_all(sock::Buffers& buffers);
  Task deliver(sock::Buffers& buffers);
  Task send_lines(sock::Buffers& buffers);

  sock::Token token_;
  unsigned times_notified_ = 0;  // to the threads that wait for the token
  Spoken spoken_;                // by its own thread
  std::shared_ptr<ThreadConnection> next_spoken_to_;
  bool is_spoken_to_ = false, is_woken_ = false, is_readable_ = false;
};

}  // namespace simulation
