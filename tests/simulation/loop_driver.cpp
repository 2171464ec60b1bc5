#include "simulation/loop_driver.hpp"

#include <algorithm>
#include <utility>

namespace simulation {

Task Loop::run(const bool& is_over) {
  for (;;) {
    co_await world_.schedule.until([this, &is_over] { return has_event() || may_end(is_over); },
                                   deadlines.first());
    while (sock::Timed* const one = deadlines.take(world_.schedule.now())) one->due();
    const auto one = choose();
    if (one != nullptr) {
      co_await one->go_on();
      if (one->is_closed) std::erase(served_, one);
    } else if (may_end(is_over)) {
      co_return true;
    }
  }
}

bool Loop::has_event() const {
  return !queue_.empty() || std::any_of(served_.begin(), served_.end(),
                                        [](const auto& one) { return one->is_ready(); });
}

bool Loop::may_end(bool is_over) const { return is_over && registry_.is_empty(); }

// Events come in any order; connections that wait for their turn keep their order.
std::shared_ptr<LoopConnection> Loop::choose() {
  std::vector<std::shared_ptr<LoopConnection>> ready;
  for (const auto& one : served_) {
    if (one->is_ready()) ready.push_back(one);
  }
  if (!queue_.empty()) ready.push_back(queue_.front());
  if (ready.empty()) return nullptr;
  auto chosen = ready[world_.random.below(ready.size())];
  if (!queue_.empty() && chosen == queue_.front()) {
    chosen->is_queued = false;
    queue_.pop_front();
  }
  return chosen;
}

void Loop::soon(std::shared_ptr<LoopConnection> one) {
  const memory::Pause pause;
  if (!std::exchange(one->is_queued, true)) queue_.push_back(std::move(one));
}

void Loop::serve(std::shared_ptr<LoopConnection> one) {
  served_.push_back(one);
  soon(std::move(one));
}

bool LoopConnection::is_ready() const {
  return is_due_ || (awaits_input_ && wire->is_readable()) || (awaits_room_ && wire->is_writable());
}

Task LoopConnection::go_on() {
  if (is_closed) co_return true;
  if (awaits_input_ && wire->is_readable()) awaits_input_ = false;
  if (awaits_room_ && wire->is_writable()) awaits_room_ = false;
  begin_turn(loop_.buffers);
  if (std::exchange(is_due_, false)) timed_out();
  has_read_ = false;
  account.calls = 0;
  for (bool more = true; more;) more = co_await step();
  require(account.calls <= 3, "a turn does not come to its end");
  co_return true;
}

// Returns false if this turn is over.
Task LoopConnection::step() {
  heed();
  const auto action = next();
  co_await world.schedule.pause();
  switch (action.kind) {
    case Action::Kind::receive:
      co_return receive_some(action);
    case Action::Kind::send:
      co_return send_some();
    case Action::Kind::wait:
      co_return wait_until(action.until);
    case Action::Kind::yield:
      if (!end_turn()) co_return true;
      loop_.soon(shared_from_this());
      co_return false;
    case Action::Kind::end:
      end(action.lingers);
      co_return true;
    case Action::Kind::close:
      is_closed = true;
      end_turn();
      loop_.deadlines.clear(*this);
      close();
      co_return false;
  }
  co_return false;
}

bool LoopConnection::receive_some(const Action& action) {
  if (awaits_input_) return wait_until(action.until);
  if (has_read_) {  // now it is another client's turn
    if (world.random.one_in(2)) return await_input(action.until);
    if (!end_turn()) return true;
    loop_.soon(shared_from_this());
    return false;
  }
  if (!receive(action)) return await_input(action.until);
  has_read_ = true;
  return true;
}

bool LoopConnection::send_some() {
  if (!awaits_room_ && send()) return true;
  return await_room();
}

bool LoopConnection::wait_until(Clock::time_point when) {
  loop_.deadlines.set(*this, when);
  note_settled();
  return !end_turn();
}

bool LoopConnection::await_input(Clock::time_point until) {
  awaits_input_ = true;
  return wait_until(until);
}

bool LoopConnection::await_room() {
  note_settled();
  if (!end_turn()) return true;
  awaits_room_ = true;
  return false;
}

}  // namespace simulation
