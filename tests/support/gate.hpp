#pragma once

#include <atomic>
#include <cstdint>
#include <latch>

#include "sock/observer.hpp"

/// Blocks a server with one thread at its first message, until open(); and counts the messages that
/// are handled before one certain client's turn.
class Gate final : public sock::Observer {
 public:
  explicit Gate(std::uint64_t newcomer) : newcomer_(newcomer) {}

  void open() { closed_.count_down(); }
  bool is_reached() const { return is_reached_; }

  void connected(const sock::Client& client) noexcept override {
    if (client.id == newcomer_) before_it_connected = messages.load();
  }
  void received(const sock::Client& client, const sock::Message&) noexcept override {
    is_reached_ = true;
    closed_.wait();
    if (client.id == newcomer_) before_it_was_heard = messages.load();
    ++messages;
  }

  std::atomic<std::uint64_t> messages = 0;
  std::atomic<std::uint64_t> before_it_connected = 0;
  std::atomic<std::uint64_t> before_it_was_heard = 0;

 private:
  const std::uint64_t newcomer_;
  std::atomic<bool> is_reached_ = false;
  std::latch closed_{1};
};
