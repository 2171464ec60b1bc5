// Conditions that must hold for a connection at any time.

#include <chrono>
#include <utility>

#include "simulation/connection.hpp"

namespace simulation {

using namespace std::chrono_literals;

void Connection::check_heard(bool is_late) {
  const bool has_more =
      wire->unread() > 0 || account.consumed + account.header.size() < conversation.bytes_in();
  const bool may_starve =
      last_.kind == Action::Kind::wait && !is_asked() && account.ends == 0 && has_more && !is_late;
  const auto heard = conversation.bytes_in() + account.consumed;
  const bool has_starved = std::exchange(starves_, may_starve) && heard == starved_at_;
  starved_at_ = heard;
  if (!may_starve || !has_starved) starved_since_ = now();
  // Bytes that came with the header count against the rate first.
  const auto rate = static_cast<double>(session->rate());
  const double debt =
      account.is_behind_proxy && rate > 0 ? static_cast<double>(sock::read_size) / rate : 0;
  if (now() - starved_since_ > 300ms + std::chrono::duration<double>(debt)) {
    fail("client " + std::to_string(account.id) + " speaks, and is not heard");
  }
}

bool Connection::is_at_rest() const {
  return world.judge.has_all(account) && world.judge.lag(account) == 0;
}

void Connection::check_not_stuck() const {
  using Kind = Action::Kind;
  if (is_closed_) return;
  const auto is_stuck = [this](const char* at) {
    fail("client " + std::to_string(account.id) + " is stuck " + at);
  };
  if (asked_ != heeded_) is_stuck("with a request");
  if (last_.kind == Kind::receive && wire->is_readable()) is_stuck("with input");
  if (last_.kind == Kind::receive && last_.until <= now()) is_stuck("with a time that has come");
  if (last_.kind == Kind::wait && last_.until <= now()) is_stuck("with a time that has come");
  if (last_.kind == Kind::wait && last_.until == sock::no_deadline && !is_asked()) {
    is_stuck("without a reason");
  }
  if (last_.kind == Kind::yield) is_stuck("at a yield");
  const std::size_t most = world.bound + world.bound / 8 + 5000;
  const bool is_too_slow =
      world.judge.lag(account) > most && world.judge.said() - account.said_when_moved > most;
  if (account.ends == 0 && is_too_slow) fail("one that does not read is not ended");
  if (!wire->is_writable()) return;
  const bool may_be_sent = !account.is_harmed && !world.judge.has_all(account);
  if (last_.kind == Kind::send || may_be_sent) is_stuck("with output");
  if (account.ends == 0 && !account.was_behind && world.judge.lag(account) > 0) {
    is_stuck("with lines to hear");
  }
}

}  // namespace simulation
