#include "simulation/thread_driver.hpp"

namespace simulation {

// Called on the thread of the speaker.
void ThreadConnection::told() noexcept {
  if (std::exchange(is_spoken_to_, true)) return;
  auto self = weak_from_this().lock();
  if (self == nullptr) return;  // being destroyed
  void** const local = world.schedule.local();
  if (local != nullptr && *local != nullptr) {
    return static_cast<Spoken*>(*local)->add(std::move(self));
  }
  is_spoken_to_ = false;
  wake();
}

Task ThreadConnection::serve() {
  const auto alive = shared_from_this();
  const auto buffers = std::make_unique<sock::Buffers>();
  *world.schedule.local() = &spoken_;
  co_await take_turn(*buffers);
  for (bool more = true; more;) more = co_await step(*buffers);
  co_await deliver_all(*buffers);
  co_return true;
}

Task ThreadConnection::step(sock::Buffers& buffers) {
  heed();
  const auto action = next();
  bool is_done = false;
  co_await world.schedule.pause();
  switch (action.kind) {
    case Action::Kind::receive:
      co_await receive_some(action, buffers);
      co_return true;
    case Action::Kind::send:
      is_done = send();
      if (!is_done) co_await wait(false, true, sock::no_deadline, buffers);
      co_return true;
    case Action::Kind::wait:
      co_await wait(false, false, action.until, buffers);
      co_return true;
    case Action::Kind::yield:
      is_done = co_await give_turn(buffers);
      if (is_done) co_await take_turn(buffers);
      co_return true;
    case Action::Kind::end:
      end(action.lingers);
      co_return true;
    case Action::Kind::close:
      close();
      end_turn();
      co_return false;  // the token is kept: no other thread sends to it now
  }
  co_return false;
}

Task ThreadConnection::receive_some(const Action& action, sock::Buffers& buffers) {
  const bool may_wait = conversation.feed() == nullptr && action.until == sock::no_deadline;
  if ((may_wait || std::exchange(is_readable_, false)) && receive(action)) co_return true;
  co_await wait(true, false, action.until, buffers);
  co_return true;
}

Task ThreadConnection::wait(bool for_input, bool for_room, Clock::time_point until,
                            sock::Buffers& buffers) {
  note_settled();
  const bool is_given = co_await give_turn(buffers);
  if (!is_given) co_return true;
  co_await world.schedule.until(
      [this, for_input, for_room] {
        return has_input(for_input, for_room) || (for_room && wire->is_writable()) || is_woken_;
      },
      until);
  const bool had_input = has_input(for_input, for_room);
  const bool was_ready = had_input || (for_room && wire->is_writable()) || is_woken_;
  is_woken_ = false;
  co_await take_turn(buffers);
  if (had_input) is_readable_ = true;
  if (!was_ready) timed_out();
  co_return true;
}

bool ThreadConnection::has_input(bool for_input, bool for_room) const {
  return (for_input && wire->is_readable()) || (for_room && wire->was_lost());
}

bool ThreadConnection::try_give_back() {
  ++times_notified_;
  return token_.try_give_back();
}

Task ThreadConnection::take_turn(sock::Buffers& buffers) {
  for (;;) {
    const unsigned seen = times_notified_;
    if (conversation.feed() == nullptr || token_.try_take()) break;
    co_await world.schedule.until([this, seen] { return times_notified_ != seen; });
  }
  begin_turn(buffers);
  co_return true;
}

// Sends now what this thread has said to others in its turn. Returns false if the turn goes on.
Task ThreadConnection::give_turn(sock::Buffers& buffers) {
  if (!end_turn()) co_return false;
  if (conversation.feed() == nullptr) co_return true;
  co_await world.schedule.pause();
  for (;;) {
    if (try_give_back()) break;
    const bool is_done = co_await send_lines(buffers);
    if (!is_done) wake();
    co_await world.schedule.pause();
  }
  co_await deliver_all(buffers);
  co_return true;
}

Task ThreadConnection::deliver_all(sock::Buffers& buffers) {
  auto& spoken = *static_cast<Spoken*>(*world.schedule.local());
  co_await world.schedule.pause();
  for (;;) {
    const auto one = spoken.pop();
    if (one == nullptr) break;
    one->is_spoken_to_ = false;
    co_await one->deliver(buffers);
  }
  co_return true;
}

// Called by another thread: sends lines of others, unless the token is taken.
Task ThreadConnection::deliver(sock::Buffers& buffers) {
  if (!token_.try_take()) co_return false;
  for (;;) {
    co_await world.schedule.pause();
    const bool is_done = co_await send_lines(buffers);
    if (!is_done) wake();
    co_await world.schedule.pause();
    if (try_give_back()) break;
  }
  co_return true;
}

// Needs the token. Returns false if the client's own thread must continue.
Task ThreadConnection::send_lines(sock::Buffers& buffers) {
  begin_turn(buffers);
  bool is_well = true;
  while (is_well && take_lines()) {
    co_await world.schedule.pause();
    is_well = send_once() && conversation.output().empty();
    co_await world.schedule.pause();
  }
  is_well = is_well && !conversation.is_behind();
  const bool has_ended = end_turn();
  if (is_telling) {
    tell("  lines to " + std::to_string(account.id) + (has_ended && is_well ? "" : ", not all"));
  }
  co_return has_ended&& is_well;
}

}  // namespace simulation
