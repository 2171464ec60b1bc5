// Reading and sending use the loop's buffers, so that an idle client has none. What a full socket
// does not take, the conversation keeps until it does.

#include "server/serve_async.hpp"

#include <exception>
#include <utility>

#include "net/transfer.hpp"

namespace sock {

LoopConnection::LoopConnection(StreamSocket& accepted, Client who, Service& service, Observer& told,
                               EventLoop& on, Keeper& keeper)
    : Connection(accepted, std::move(who), service, told), loop_(on), keeper_(keeper) {}

LoopConnection::~LoopConnection() {
  if (deadline_) loop_.clear_deadline(*deadline_);
}

void LoopConnection::wake() noexcept {
  // Nothing: it is being destroyed.
  if (const auto self = weak_from_this().lock()) loop_.soon(self);
}

void LoopConnection::time_out() noexcept {
  if (is_closed_) return;
  const auto self = shared_from_this();
  conversation.begin_turn(loop_.buffers);
  conversation.timed_out();
  if (go_on()) loop_.soon(self);
}

// Until there is something to wait for, or the connection is closed. True: it wants another turn.
// Whoever calls it owns the connection meanwhile.
bool LoopConnection::go_on() noexcept {
  if (is_closed_) return false;
  conversation.begin_turn(loop_.buffers);
  bool has_read = false;
  Then then{};
  do {
    then = step(has_read);
  } while (then == Then::step);
  return then == Then::turn;
}

LoopConnection::Then LoopConnection::step(bool& has_read) {
  heed();
  const auto action = conversation.next();
  switch (action.kind) {
    case Conversation::Action::Kind::receive:
      return receive(action, has_read);
    case Conversation::Action::Kind::send:
      return send();
    case Conversation::Action::Kind::wait:
      return wait_until(action.until);
    case Conversation::Action::Kind::yield:
      return park(Then::turn);
    case Conversation::Action::Kind::end:
      end(keeper_, action.lingers);
      return Then::step;
    case Conversation::Action::Kind::close:
      is_closed_ = true;
      conversation.end_turn();
      if (deadline_) loop_.clear_deadline(*deadline_);
      close(keeper_);
      return Then::event;
  }
  return Then::event;
}

LoopConnection::Then LoopConnection::receive(const Conversation::Action& action, bool& has_read) {
  if (awaits_input_) return wait_until(action.until);
  if (has_read) {  // now it is the others' turn
    if (!loop_.reading_again.is_worthwhile()) return await_input(action.until);
    const Then then = park(Then::turn);
    reads_again_ = then == Then::turn;
    return then;
  }
  const auto got = sock::receive(fd(), std::span(loop_.buffers.in).first(action.most), Waiting::no);
  if (std::exchange(reads_again_, false)) {
    loop_.reading_again.note(got.result == Transfer::Result::done);
  }
  switch (got.result) {
    case Transfer::Result::done:
      has_read = true;
      conversation.received(got.bytes);
      break;
    case Transfer::Result::would_block:
      return await_input(action.until);
    case Transfer::Result::ended:
    case Transfer::Result::lost:
      heed();  // a cut ends the stream, too
      conversation.ended(got.result == Transfer::Result::ended ? End::peer_closed : End::lost);
      break;
  }
  return Then::step;
}

LoopConnection::Then LoopConnection::send() {
  if (awaits_room_) {
    note_settled(keeper_);
    return park(Then::event);
  }
  const auto done = sock::send(fd(), conversation.output(), Waiting::no);
  switch (done.result) {
    case Transfer::Result::done:
      conversation.sent(done.bytes);
      break;
    case Transfer::Result::would_block:
      conversation.sent(0);
      return await_room();
    case Transfer::Result::ended:
    case Transfer::Result::lost:
      heed();
      conversation.ended(End::lost);
      break;
  }
  return Then::step;
}

// Waits for the time, and for whatever is waited for already. A time that has come needs no memory.
LoopConnection::Then LoopConnection::wait_until(Clock::time_point when) try {
  if (when != no_deadline && when <= now()) {
    conversation.timed_out();
    return park(Then::turn);
  }
  if (deadline_ == nullptr && when != no_deadline) deadline_ = std::make_unique<Deadline>(*this);
  if (deadline_) loop_.set_deadline(*deadline_, when);
  note_settled(keeper_);
  return park(Then::event);
} catch (const std::exception&) {  // no memory for waiting
  conversation.cut(End::lost);
  return Then::step;
}

LoopConnection::Then LoopConnection::await_input(Clock::time_point until) try {
  socket.async_wait(StreamSocket::wait_read, OnInput{shared_from_this()});
  awaits_input_ = true;
  return wait_until(until);
} catch (const std::exception&) {  // no memory for waiting
  conversation.cut(End::lost);
  return Then::step;
}

LoopConnection::Then LoopConnection::await_room() try {
  note_settled(keeper_);
  if (park(Then::event) == Then::step) return Then::step;
  socket.async_wait(StreamSocket::wait_write, [self = shared_from_this()](asio::error_code) {
    self->awaits_room_ = false;
    if (self->go_on()) self->loop_.soon(self);
  });
  awaits_room_ = true;
  return Then::event;
} catch (const std::exception&) {  // no memory for waiting
  conversation.begin_turn(loop_.buffers);
  conversation.cut(End::lost);
  return Then::step;
}

// Ends the turn. It goes on if there is no memory for what is to be kept.
LoopConnection::Then LoopConnection::park(Then then) noexcept {
  return conversation.end_turn() ? then : Then::step;
}

}  // namespace sock
