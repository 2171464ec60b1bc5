#include "server/serve_blocking.hpp"

#include <poll.h>
#include <sched.h>

#include <array>
#include <system_error>
#include <utility>

#include "net/transfer.hpp"

namespace sock {

/// The clients that the calling thread has said something to in its turn; each gets it when the
/// turn ends.
class ThreadConnection::Spoken {
 public:
  Spoken() { current = this; }
  Spoken(const Spoken&) = delete;
  Spoken& operator=(const Spoken&) = delete;
  ~Spoken() { current = nullptr; }

  void add(std::shared_ptr<ThreadConnection> one) noexcept {
    one->next_spoken_to_ = std::move(first_);
    first_ = std::move(one);
  }

  void deliver(Buffers& buffers) noexcept {
    if (first_ == nullptr) return;
    // Let other ready threads say their lines first: then one send carries them all.
    ::sched_yield();
    while (first_ != nullptr) {
      const auto one = std::move(first_);
      first_ = std::move(one->next_spoken_to_);
      one->is_spoken_to_.store(false);
      one->deliver(buffers);
    }
  }

  // nullptr: the thread serves no client.
  static thread_local Spoken* current;

 private:
  std::shared_ptr<ThreadConnection> first_;
};

thread_local ThreadConnection::Spoken* ThreadConnection::Spoken::current = nullptr;

ThreadConnection::ThreadConnection(Descriptor& accepted, Client who, const Reception& how,
                                   Keeper& keeper, const WakeFd& stopping)
    : Connection(accepted, std::move(who), how), keeper_(keeper), stopping_(stopping) {
  try {
    if (conversation.feed() == nullptr && !has_faults()) return;
    wake_.emplace();
    can_be_woken_ = true;
  } catch (const std::system_error&) {
    accepted = std::move(socket);
    throw OutOfResources();
  }
}

void ThreadConnection::wake() noexcept {
  if (can_be_woken_) wake_->notify();
}

// A request that came just before is seen at the next look: the notify() makes the next wait return
// at once.
void ThreadConnection::prepare_for_lines() {
  if (wake_) return;
  wake_.emplace();
  token_.take();  // for this turn
  can_be_woken_ = true;
  wake_->notify();
}

// Called on the thread of the client that says something, for each line and member: so a load,
// which is cheaper than the exchange, comes first.
void ThreadConnection::told() noexcept {
  if (is_spoken_to_ || is_spoken_to_.exchange(true)) return;
  auto self = weak_from_this().lock();
  if (self == nullptr) return;  // it is being destroyed
  if (Spoken::current != nullptr) return Spoken::current->add(std::move(self));
  is_spoken_to_.store(false);
  wake();
}

void ThreadConnection::serve() noexcept {
  Buffers buffers;  // NOLINT(*-member-init)
  Spoken spoken;
  take_turn(buffers);
  converse(buffers);
  spoken.deliver(buffers);  // its farewell to the others
}

// Returns when the connection is closed.
void ThreadConnection::converse(Buffers& buffers) {
  for (;;) {
    heed();
    const auto action = next();
    switch (action.kind) {
      case Conversation::Action::Kind::receive:
        receive(action, buffers);
        break;
      case Conversation::Action::Kind::send:
        send(buffers);
        break;
      case Conversation::Action::Kind::wait:
        wait(0, action.until, buffers);
        break;
      case Conversation::Action::Kind::yield:
        if (end_turn(buffers)) take_turn(buffers);
        break;
      case Conversation::Action::Kind::end:
        end(keeper_, action.lingers);
        break;
      case Conversation::Action::Kind::close:
        close(keeper_);
        conversation.end_turn();
        return;  // the token is kept: no thread sends to it any more
    }
  }
}

// inline, as send() is: one caller, for every message.
inline void ThreadConnection::receive(const Conversation::Action& action, Buffers& buffers) {
  const bool may_wait = !wake_ && action.until == no_deadline;
  if (!may_wait && !std::exchange(is_readable_, false)) {
    return wait(POLLIN, action.until, buffers);
  }
  const auto got = sock::receive(fd(), std::span(buffers.in).first(action.most),
                                 may_wait ? Waiting::yes : Waiting::no);
  switch (got.result) {
    case Transfer::Result::done:
      conversation.received(got.bytes);
      break;
    case Transfer::Result::would_block:  // a silent client: from now on wait for a stop, too
      wait(POLLIN, action.until, buffers);
      break;
    case Transfer::Result::ended:
    case Transfer::Result::lost:
      heed();  // a cut ends the stream, too
      conversation.ended(got.result == Transfer::Result::ended ? End::peer_closed : End::lost);
      break;
  }
}

inline void ThreadConnection::send(Buffers& buffers) {
  const auto done = sock::send(fd(), output(), wake_ ? Waiting::no : Waiting::yes);
  if (done.result == Transfer::Result::done) return sent(done.bytes);
  if (done.result == Transfer::Result::would_block) {
    conversation.sent(0);
    return wait(POLLOUT, no_deadline, buffers);
  }
  heed();
  conversation.ended(End::lost);
}

// Lets other threads send to this client until its socket has one of `events`, the time has come,
// or another thread wakes this one.
void ThreadConnection::wait(short events, Clock::time_point until, Buffers& buffers) {
  note_settled(keeper_);
  if (!end_turn(buffers)) return;
  const int stopping = is_asked() ? -1 : stopping_.fd();
  std::array<pollfd, 2> polled{
      {{events == 0 ? -1 : fd(), events, 0}, {wake_ ? wake_->fd() : stopping, POLLIN, 0}}};
  const int ready = ::poll(polled.data(), polled.size(), poll_timeout(until));
  if (wake_ && polled[1].revents != 0) wake_->clear();
  take_turn(buffers);
  if ((polled[0].revents & ~POLLOUT) != 0) is_readable_ = true;
  if (ready == 0) conversation.timed_out();
}

void ThreadConnection::take_turn(Buffers& buffers) {
  if (wake_) token_.take();
  conversation.begin_turn(buffers);
}

// Sends what this thread has said to others in its turn. Returns false if the turn goes on, since
// there is no memory for the bytes to keep.
bool ThreadConnection::end_turn(Buffers& buffers) {
  if (!conversation.end_turn()) return false;
  if (!wake_) return true;
  while (!token_.try_give_back()) {
    if (!send_lines(buffers)) wake();
  }
  Spoken::current->deliver(buffers);
  return true;
}

// Called by another thread: sends lines of others, if no thread is sending to this client.
void ThreadConnection::deliver(Buffers& buffers) noexcept {
  if (has_faults()) return wake();  // its own thread makes the faults
  if (!token_.try_take()) return;
  do {
    if (!send_lines(buffers)) wake();
  } while (!token_.try_give_back());
}

// Call it with the token. Returns false if the client's own thread has to go on.
bool ThreadConnection::send_lines(Buffers& buffers) noexcept {
  conversation.begin_turn(buffers);
  bool is_well = true;
  while (is_well && conversation.take_lines()) {
    const auto done = sock::send(fd(), conversation.output(), Waiting::no);
    // The client's own thread handles an error.
    conversation.sent(done.result == Transfer::Result::done ? done.bytes : 0);
    is_well = conversation.output().empty();
  }
  is_well = is_well && !conversation.is_behind();
  return conversation.end_turn() && is_well;
}

}  // namespace sock
