#include "server/connection.hpp"

#include <sys/socket.h>

#include <utility>

#include "net/local_socket.hpp"
#include "net/socket_state.hpp"

namespace sock {

Connection::Connection(Descriptor& accepted, Client who, Service& service, Observer& told)
    : client(std::move(who)),
      session(service.open(client, told)),
      conversation(*session, client, told, *this),
      socket(std::move(accepted)) {
  if (Feed* const feed = conversation.feed()) feed->attach(this);
}

void Connection::ask(std::uint8_t what) noexcept {
  asked_.fetch_or(what, std::memory_order_acq_rel);
  wake();
}

// Shutting the socket down wakes whoever is in a call on it; what the system has already taken is
// still sent.
void Connection::cut(End why) noexcept {
  if (!is_cut()) cut_why_ = why;
  asked_.fetch_or(to_cut, std::memory_order_acq_rel);
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

void Connection::end(Keeper& keeper, bool lingers) noexcept {
  using std::chrono::milliseconds;
  keeper.retire(*this);
  conversation.observer().closed(
      client, {.why = *conversation.cause(),
               .bytes_in = conversation.bytes_in(),
               .bytes_out = conversation.bytes_out(),
               .duration = std::chrono::duration_cast<milliseconds>(now() - since)});
  if (!lingers) return;
  if (tcp) tcp->ending();
  ::shutdown(fd(), SHUT_WR);
  if (tcp) tcp->look();
}

// Whoever is telling it anything holds the log's lock, and must not be left as its last owner.
void Connection::close(Keeper& keeper) noexcept {
  if (Feed* const feed = conversation.feed()) feed->detach();
  if (tcp) tcp->finish(conversation.is_lost());
  keeper.remove(*this);
  if (is_local()) discard_input(fd());
  socket = Descriptor();
}

std::size_t Connection::unread() const { return unread_bytes(fd()); }

// What a UNIX peer has sent is all here, and was counted as unread.
bool Connection::is_peer_held_up() const { return !is_local() && is_receive_buffer_full(fd()); }

std::uint64_t Connection::acknowledged() const {
  if (is_local()) return conversation.bytes_out() - unread_by_peer(fd());
  return acknowledged_bytes(fd());
}

bool Connection::has_unacknowledged() const {
  return is_local() ? unread_by_peer(fd()) > 0 : sock::has_unacknowledged(fd());
}

// What is said to a UNIX peer is there, whatever it sends meanwhile: see discard_input().
bool Connection::is_busy() const { return !is_local() && sock::is_busy(fd()); }

}  // namespace sock
