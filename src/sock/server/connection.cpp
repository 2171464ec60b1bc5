#include "server/connection.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "net/local_socket.hpp"
#include "net/socket_options.hpp"
#include "net/socket_state.hpp"

namespace sock {
namespace {

constexpr auto check_interval = std::chrono::seconds(1);

}  // namespace

Connection::Connection(Descriptor& accepted, Client who, const Reception& how)
    : client(std::move(who)),
      reception(how),
      session(open()),
      conversation(*session, client, how.observer, *this),
      faulty_end(how.has_faults ? std::make_unique<FaultyEnd>(how.door.faults) : nullptr),
      socket(std::move(accepted)),
      is_local_(client.address.transport == Transport::local) {
  // A FIN may be a half-close: the peer still waits for answers. After a full close the peer's
  // system no longer knows the connection, and answers a keepalive probe with a reset.
  if (faulty_end && faulty_end->is_deaf()) ask_often_for_peer(fd());
  if (Feed* const feed = conversation.feed()) feed->attach(this);
}

std::unique_ptr<Session> Connection::open() {
  if (!has_layers()) return reception.service.open(client, reception.observer);
  return make_layers(reception.door, client, reception.observer, reception.limit,
                     [this] { return open_late(); });
}

// The client has passed the layers.
std::unique_ptr<Session> Connection::open_late() {
  auto opened = reception.service.open(client, reception.observer);
  if (Feed* const feed = opened->feed()) {
    prepare_for_lines();
    feed->attach(this);
  }
  reception.observer.connected(client);
  reception.observer.active(client);  // the layers have moved bytes
  return opened;
}

void Connection::ask(std::uint8_t what) noexcept {
  asked_.fetch_or(what);  // before wake() looks whether it can be woken
  wake();
}

// The shutdown wakes a thread that waits in a call on the socket; bytes that the system has already
// taken are still sent.
void Connection::cut(End why) noexcept {
  if (!is_cut()) cut_why_ = why;
  asked_.fetch_or(to_cut);
  if (tcp) tcp->note_cut();
  ::shutdown(fd(), SHUT_RDWR);
  wake();
}

void Connection::heed(std::uint8_t asked) {
  heeded_ = asked;
  if ((asked & to_cut) != 0) return conversation.cut(cut_why_);
  conversation.stop();
  if ((asked & to_leave) != 0) conversation.release();
}

Conversation::Action Connection::with_faults(Conversation::Action action) noexcept {
  using Kind = Conversation::Action::Kind;
  for (;; action = conversation.next()) try {
      if (action.kind == Kind::end || action.kind == Kind::close) faulty_end->finish();
      const auto verdict = faulty_end->judge(
          action.kind == Kind::send ? conversation.output() : std::string_view(), now());
      tell_faults();
      switch (verdict.kind) {
        case FaultyEnd::Verdict::Kind::proceed:
          return action.kind == Kind::receive ? deafen(action) : action;
        case FaultyEnd::Verdict::Kind::send:
          return action;
        case FaultyEnd::Verdict::Kind::wait:
          if (!is_hung_up(fd())) return wait_for_a_fault(verdict.until);
          faulty_end->finish();
          conversation.ended(End::lost);
          break;
        case FaultyEnd::Verdict::Kind::discard:
          conversation.discard_output();
          break;
        case FaultyEnd::Verdict::Kind::close:
          faulty_end->finish();
          conversation.break_off();
          break;
        case FaultyEnd::Verdict::Kind::reset:
          if (has_unacknowledged()) {
            if (const auto until = faulty_end->waits_until(now())) {
              return {.kind = Kind::wait, .until = *until};
            }
          }
          faulty_end->finish();
          reset_at_close(fd());
          conversation.cut(End::by_server);
          break;
      }
    } catch (const std::exception&) {  // no memory for the changed bytes
      faulty_end->finish();
      conversation.cut(End::lost);
    }
}

// An end that receives nothing sees no end of stream; but the system knows if the peer is gone.
Conversation::Action Connection::deafen(const Conversation::Action& action) noexcept {
  if (!faulty_end->is_deaf()) return action;
  if (!is_hung_up(fd())) return wait_for_a_fault(action.until);
  faulty_end->finish();
  conversation.ended(End::lost);
  return next();
}

// There is no event for a peer that goes away meanwhile: look again after a second.
Conversation::Action Connection::wait_for_a_fault(Clock::time_point until) const {
  return {.kind = Conversation::Action::Kind::wait,
          .until = std::min(until, now() + check_interval)};
}

void Connection::sent_with_faults(std::size_t bytes) noexcept {
  conversation.sent(faulty_end->output().substr(0, bytes));
  faulty_end->sent(bytes, now());
}

void Connection::tell_faults() noexcept {
  while (const auto done = faulty_end->take_news()) {
    conversation.observer().fault(client, *done, faulty_end->faults());
  }
}

void Connection::end(Keeper& keeper, bool lingers) noexcept {
  using std::chrono::milliseconds;
  keeper.retire(*this);
  if (session->is_open()) {  // else the observer does not know of it
    conversation.observer().closed(
        client, {.why = *conversation.cause(),
                 .bytes_in = conversation.bytes_in(),
                 .bytes_out = conversation.bytes_out(),
                 .duration = std::chrono::duration_cast<milliseconds>(now() - since)});
  }
  if (!lingers) return;
  if (tcp) tcp->ending();
  ::shutdown(fd(), SHUT_WR);
  if (tcp) tcp->look();
}

// A thread in told() holds the log's lock, and must not become the last owner of the connection.
void Connection::close(Keeper& keeper) noexcept {
  if (Feed* const feed = session->feed()) feed->detach();
  if (tcp) tcp->finish(conversation.is_lost());
  keeper.remove(*this);
  if (is_local_) discard_input(fd());
  socket = Descriptor();
}

// An end that receives nothing owes no answers.
std::size_t Connection::unread() const {
  return faulty_end && faulty_end->is_deaf() ? 0 : unread_bytes(fd());
}

// All bytes of a UNIX peer are already here, and are counted as unread.
bool Connection::is_peer_held_up() const { return !is_local_ && is_receive_buffer_full(fd()); }

std::uint64_t Connection::acknowledged() const {
  if (is_local_) return conversation.bytes_out() - unread_by_peer(fd());
  return acknowledged_bytes(fd());
}

bool Connection::has_unacknowledged() const {
  return is_local_ ? unread_by_peer(fd()) > 0 : sock::has_unacknowledged(fd());
}

// Bytes sent to a UNIX peer arrive, whatever it sends meanwhile: see discard_input().
bool Connection::is_busy() const { return !is_local_ && sock::is_busy(fd()); }

}  // namespace sock
