// Reading and sending use the loop's buffers, so that an idle client has none. The conversation
// keeps output that a full socket does not take.

#include "server/serve_async.hpp"

#include <exception>
#include <utility>

#include "net/transfer.hpp"

namespace sock {

LoopConnection::LoopConnection(Descriptor& accepted, Client who, const Reception& how,
                               EventLoop& on, Keeper& keeper)
    : Connection(accepted, std::move(who), how), loop_(on), keeper_(keeper) {}

void LoopConnection::wake() noexcept {
  // If lock() fails, the connection is being destroyed.
  if (const auto self = weak_from_this().lock()) loop_.soon(self);
}

void LoopConnection::time_out() noexcept {
  if (is_closed_) return;
  const auto self = shared_from_this();
  conversation.begin_turn(loop_.buffers);
  conversation.timed_out();
  if (go_on()) loop_.soon(self);
}

void LoopConnection::ready() noexcept {
  const auto self = shared_from_this();
  is_ready_ = true;
  if (go_on()) loop_.soon(self);
}

// Goes on until there is something to wait for, or the connection is closed. Returns true if it
// wants another turn. The caller must own the connection meanwhile.
bool LoopConnection::go_on() noexcept {
  if (is_closed_) return false;
  conversation.begin_turn(loop_.buffers);
  Then then{};
  do {
    then = step();
  } while (then == Then::step);
  return then == Then::turn;
}

// inline, as receive() and send() are: one caller, for every message.
inline LoopConnection::Then LoopConnection::step() {
  heed();
  const auto action = next();
  switch (action.kind) {
    case Conversation::Action::Kind::receive:
      return receive(action);
    case Conversation::Action::Kind::send:
      return send();
    case Conversation::Action::Kind::wait:
      // Otherwise the loop would report the event again and again.
      if (is_ready_ && !watch(0)) return Then::step;
      return wait_until(action.until);
    case Conversation::Action::Kind::yield:
      return park(Then::turn);
    case Conversation::Action::Kind::end:
      end(keeper_, action.lingers);
      return Then::step;
    case Conversation::Action::Kind::close:
      is_closed_ = true;
      conversation.end_turn();
      loop_.watch(*this, fd(), 0);
      deadline_.reset();
      close(keeper_);
      return Then::event;
  }
  return Then::event;
}

// One read per event: if bytes are left, the loop reports a new event after the others' turns.
inline LoopConnection::Then LoopConnection::receive(const Conversation::Action& action) {
  if (!is_ready_ || watched() != EPOLLIN) {
    return watch(EPOLLIN) ? wait_until(action.until) : Then::step;
  }
  is_ready_ = false;
  const auto got = sock::receive(fd(), std::span(loop_.buffers.in).first(action.most), Waiting::no);
  switch (got.result) {
    case Transfer::Result::done:
      conversation.received(got.bytes);
      break;
    case Transfer::Result::would_block:
      break;
    case Transfer::Result::ended:
    case Transfer::Result::lost:
      heed();  // a cut ends the stream, too
      conversation.ended(got.result == Transfer::Result::ended ? End::peer_closed : End::lost);
      break;
  }
  return Then::step;
}

inline LoopConnection::Then LoopConnection::send() {
  if (watched() == EPOLLOUT && !is_ready_) {
    note_settled(keeper_);
    return park(Then::event);
  }
  const auto done = sock::send(fd(), output(), Waiting::no);
  switch (done.result) {
    case Transfer::Result::done:
      sent(done.bytes);
      break;
    case Transfer::Result::would_block:
      conversation.sent(0);
      if (!watch(EPOLLOUT)) return Then::step;
      is_ready_ = false;
      break;  // lines of others may wait, too
    case Transfer::Result::ended:
    case Transfer::Result::lost:
      heed();
      conversation.ended(End::lost);
      break;
  }
  return Then::step;
}

// Returns false if there is no memory for waiting.
bool LoopConnection::watch(std::uint32_t events) {
  if (watched() != events) is_ready_ = false;
  if (loop_.watch(*this, fd(), events)) return true;
  conversation.cut(End::lost);
  return false;
}

// Waits for the time, besides the events already awaited. A time that has come needs no memory.
LoopConnection::Then LoopConnection::wait_until(Clock::time_point when) try {
  if (when != no_deadline && when <= now()) {
    conversation.timed_out();
    return park(Then::turn);
  }
  if (when == no_deadline) {
    deadline_.reset();
  } else {
    if (deadline_ == nullptr) deadline_ = std::make_unique<Deadline>(*this);
    loop_.set_deadline(*deadline_, when);
  }
  note_settled(keeper_);
  return park(Then::event);
} catch (const std::exception&) {  // no memory for waiting
  conversation.cut(End::lost);
  return Then::step;
}

// Ends the turn. The turn goes on if there is no memory for the bytes to keep.
LoopConnection::Then LoopConnection::park(Then then) noexcept {
  return conversation.end_turn() ? then : Then::step;
}

}  // namespace sock
