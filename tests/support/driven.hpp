#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "core/conversation.hpp"
#include "sock/room_log.hpp"

/// A conversation in a simulated environment: driver, socket, peer, system and time. A test sets
/// what comes and how much the socket takes, and calls go_on(), which acts as a driver does until
/// it has to wait.
class Driven final : public sock::System, public sock::Feed::Driver {
 public:
  using Action = sock::Conversation::Action;
  static constexpr std::size_t any = static_cast<std::size_t>(-1);

  explicit Driven(sock::Session& session, sock::Observer* observer = nullptr)
      : conversation(session, client_, observer != nullptr ? *observer : nobody_, *this) {
    if (conversation.feed() != nullptr) conversation.feed()->attach(this);
  }

  /// Adds input: each call is one read, if the conversation allows it.
  void comes(std::string_view bytes) { incoming_.emplace_back(bytes); }
  void peer_ends(sock::End how = sock::End::peer_closed) { peer_end_ = how; }

  /// The driver gives back the turn after every action, and its buffers are overwritten.
  bool parks = false;
  std::size_t room = any;       ///< bytes that the socket takes before it is full
  std::size_t most_sent = any;  ///< bytes that one call sends at most
  bool breaks = false;          ///< sending fails

  std::function<void()> meanwhile;  ///< run during the next receive, as by another thread

  std::function<void()> on_yield;  ///< run while others have their turn

  /// Acts until the conversation waits or is closed. Returns its last action.
  Action go_on() {
    for (int actions = 0; actions < 1'000'000; ++actions) {
      if (closed) return last_;
      take_turn();
      last_ = conversation.next();
      const bool more = act();
      if (parks || !more || last_.kind == Action::Kind::yield) give_back();
      if (last_.kind == Action::Kind::yield && on_yield) on_yield();
      if (!more && !has_turn_) return last_;
    }
    throw std::logic_error("it acts for ever");
  }

  /// Lets time pass, and reports a deadline that is reached.
  Action pass(std::chrono::nanoseconds time) {
    time_ += time;
    if (!closed && deadline_ <= time_) time_out();
    return go_on();
  }

  // Requests of others, at the beginning of the next turn.
  void stop() {
    take_turn();
    conversation.stop();
  }
  void release() {
    take_turn();
    conversation.release();
  }
  void cut(sock::End why) {
    take_turn();
    conversation.cut(why);
  }

  /// Another thread sends the lines of others.
  void deliver() {
    sock::Buffers buffers;  // NOLINT(*-member-init)
    conversation.begin_turn(buffers);
    while (conversation.take_lines()) {
      if (!send()) break;
    }
    if (!conversation.end_turn()) return;
    buffers.out.assign(buffers.out.capacity(), '#');
  }

  // The socket takes `bytes` more.
  Action reads(std::size_t bytes) {
    room += bytes;
    return go_on();
  }

 private:
  sock::Clock::time_point time_{std::chrono::hours(1)};  // used by the conversation's constructor

 public:
  sock::Conversation conversation;
  std::string sent;
  int yields = 0;
  int ends = 0;  ///< how often the driver was told about the end
  int tellings = 0;
  bool lingers = false;
  bool closed = false;

  // What the system reports.
  bool held_up = false;
  std::uint64_t taken = 0;  ///< bytes of ours that the peer's system has
  bool on_their_way = false;
  bool busy = false;

  sock::Clock::time_point now() const override { return time_; }
  std::size_t unread() const override {
    std::size_t bytes = 0;
    for (const auto& read : incoming_) bytes += read.size();
    return bytes;
  }
  bool is_peer_held_up() const override { return held_up; }
  std::uint64_t acknowledged() const override { return taken; }
  bool has_unacknowledged() const override { return on_their_way; }
  bool is_busy() const override { return busy; }

 private:
  void told() noexcept override { ++tellings; }

  void take_turn() {
    if (!std::exchange(has_turn_, true)) conversation.begin_turn(*buffers_);
  }
  // The buffers are overwritten afterwards, as by another connection.
  void give_back() {
    if (!has_turn_ || !conversation.end_turn()) return;
    has_turn_ = false;
    buffers_->in.fill('#');
    buffers_->out.assign(buffers_->out.capacity(), '#');
    buffers_->out.clear();
  }

  bool act() {
    switch (last_.kind) {
      case Action::Kind::receive:
        return receive();
      case Action::Kind::send:
        return send();
      case Action::Kind::wait:
        return wait();
      case Action::Kind::yield:
        ++yields;
        return true;
      case Action::Kind::end:
        ++ends;
        lingers = last_.lingers;
        return true;
      case Action::Kind::close:
        closed = true;
        return false;
    }
    return false;
  }

  void time_out() {
    deadline_ = sock::no_deadline;
    take_turn();
    conversation.timed_out();
  }

  // A deadline holds until it is replaced, as that of a loop's timer does.
  bool wait() {
    deadline_ = last_.until;
    if (deadline_ > time_) return false;
    time_out();
    return true;
  }

  bool receive() {
    if (meanwhile) std::exchange(meanwhile, nullptr)();
    if (incoming_.empty()) {
      if (!peer_end_) return wait();
      conversation.ended(*peer_end_);
      return true;
    }
    const std::string_view read = incoming_.front();
    const std::size_t bytes = std::min(read.size(), last_.most);
    if (bytes == 0) throw std::logic_error("it receives nothing");
    std::copy_n(read.begin(), bytes, buffers_->in.begin());
    if (bytes == read.size()) {
      incoming_.pop_front();
    } else {
      incoming_.front().erase(0, bytes);
    }
    conversation.received(bytes);
    return true;
  }

  bool send() {
    const std::string_view output = conversation.output();
    if (output.empty()) throw std::logic_error("it sends nothing");
    if (breaks) {
      conversation.ended(sock::End::lost);
      return true;
    }
    const std::size_t bytes = std::min({output.size(), room, most_sent});
    sent += output.substr(0, bytes);
    if (room != any) room -= bytes;
    conversation.sent(bytes);
    return bytes > 0;
  }

  const sock::Client client_{1, {"127.0.0.1", 5000}};
  sock::Observer nobody_;
  const std::unique_ptr<sock::Buffers> buffers_ = std::make_unique<sock::Buffers>();
  std::deque<std::string> incoming_;
  std::optional<sock::End> peer_end_;
  Action last_;
  sock::Clock::time_point deadline_ = sock::no_deadline;
  bool has_turn_ = false;
};
