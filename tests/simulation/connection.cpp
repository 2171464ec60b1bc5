#include "simulation/connection.hpp"

#include <algorithm>
#include <utility>

#include "layers/proxy_layer.hpp"
#include "simulation/watch.hpp"

namespace simulation {

using namespace std::chrono_literals;

Connection::Connection(World& in, Registry& registry, Account& of, std::shared_ptr<Wire> on)
    : world(in),
      account(of),
      client{of.id, {"127.0.0.1", 5000}},
      wire(std::move(on)),
      session(open()),
      conversation(*session, client, in.judge, *this),
      registry_(registry),
      since_(in.schedule.now()) {
  if (conversation.feed() != nullptr) conversation.feed()->attach(this);
}

std::unique_ptr<sock::Session> Connection::open() {
  if (!account.is_behind_proxy) return spied();
  return std::make_unique<sock::ProxyLayer>(client, world.judge, std::chrono::milliseconds(0),
                                            [this] {
                                              auto opened = spied();
                                              if (opened->feed() != nullptr) {
                                                prepare_for_lines();
                                                opened->feed()->attach(this);
                                              }
                                              world.judge.connected(client);
                                              return opened;
                                            });
}

std::unique_ptr<sock::Session> Connection::spied() {
  return std::make_unique<Spy>(world.service.open(client, world.judge), world.judge, account,
                               [this] { meanwhile(); });
}

void Connection::ask(unsigned what) {
  asked_ |= what;
  wake();
}

void Connection::stop() {
  // The server owes an answer to what its system has now, read by the session or not.
  const std::size_t come = conversation.bytes_in() + wire->unread();
  account.owed = come - std::min(come, account.header.size());
  // And to what had no room there.
  if (wire->unread() > 0 && wire->is_held_up()) account.owed = account.input.size();
  ask(to_stop);
}

void Connection::cut() {
  account.is_harmed = true;
  wire->shut();
  ask(to_cut);
}

void Connection::begin_turn(sock::Buffers& buffers) {
  buffers_ = &buffers;
  conversation.begin_turn(buffers);
}

bool Connection::end_turn() {
  const bool is_kept = [this] {
    const Watch watch(account);
    return conversation.end_turn();
  }();
  if (!is_kept) return false;
  std::fill_n(buffers_->in.begin(), 64, '#');
  std::string().swap(buffers_->out);  // kept output must not be in it
  return true;
}

Connection::Action Connection::next() {
  if (conversation.is_behind()) {
    account.was_behind = true;
    account.said_when_moved = world.judge.said();  // ended, or its socket took something
  }
  const Watch watch(account);
  last_ = conversation.next();
  if (last_.kind == Action::Kind::end) account.had_unread = wire->unread() > 0;
  const memory::Pause pause;
  if (is_telling) tell_action();
  return last_;
}

void Connection::tell_action() const {
  static constexpr const char* names[] = {"receive", "send", "wait", "yield", "end", "close"};
  std::string line = std::to_string(account.id) + " " + names[static_cast<int>(last_.kind)];
  if (last_.kind == Action::Kind::send) {
    line += " " + std::string(conversation.output().substr(0, 60));
  }
  if (last_.until != sock::no_deadline) {
    const auto left = std::chrono::duration<double, std::milli>(last_.until - now());
    line += " for " + std::to_string(left.count()) + " ms";
  }
  tell(line);
}

void Connection::heed() {
  if (asked_ == heeded_) return;
  heeded_ = asked_;
  const Watch watch(account);
  if ((asked_ & to_cut) != 0) return conversation.cut(sock::End::stopped);
  conversation.stop();
  if ((asked_ & to_leave) != 0) conversation.release();
}

bool Connection::receive(const Action& action) {
  require(action.most > 0, "it is to receive nothing");
  const auto got = wire->receive(std::span(buffers_->in).first(action.most));
  using Result = sock::Transfer::Result;
  if (got.result == Result::would_block) return false;
  if (got.result == Result::done) {
    const Watch watch(account);
    conversation.received(got.bytes);
    heard_at_ = now();
    if (!is_asked() && session->is_open()) taken_ += got.bytes;
    check_rate();
    return true;
  }
  heed();
  account.has_ended = true;
  if (got.result == Result::lost) account.is_harmed = true;
  const Watch watch(account);
  conversation.ended(got.result == Result::ended ? sock::End::peer_closed : sock::End::lost);
  return true;
}

void Connection::check_rate() {
  const auto rate = static_cast<double>(session->rate());
  if (rate == 0) return;
  const double seconds = std::chrono::duration<double>(now() - since_).count();
  require(static_cast<double>(taken_) <= 4 * rate + seconds * rate + 1, "the rate is not kept");
}

bool Connection::send() {
  const auto output = conversation.output();
  require(!output.empty(), "it is to send nothing");
  const auto done = wire->send(output);
  using Result = sock::Transfer::Result;
  world.judge.sent(account, output, done.result == Result::done ? done.bytes : 0);
  if (done.bytes < output.size()) account.was_full = true;
  if (done.result == Result::lost) account.is_harmed = true;
  if (done.result == Result::lost) heed();
  const Watch watch(account);
  if (done.result == Result::lost) {
    conversation.ended(sock::End::lost);
  } else {
    conversation.sent(done.bytes);
  }
  return done.result != Result::would_block;
}

bool Connection::take_lines() {
  if (conversation.is_behind()) account.was_behind = true;
  const Watch watch(account);
  return conversation.take_lines();
}

bool Connection::send_once() {
  const auto output = conversation.output();
  const auto done = wire->send(output);
  const bool is_done = done.result == sock::Transfer::Result::done;
  world.judge.sent(account, output, is_done ? done.bytes : 0);
  if (done.bytes < output.size()) account.was_full = true;
  const Watch watch(account);
  conversation.sent(is_done ? done.bytes : 0);
  return is_done;
}

void Connection::timed_out() {
  account.is_silent = wire->unread() == 0 && now() - heard_at_ >= 1s;
  const Watch watch(account);
  conversation.timed_out();
}

void Connection::end(bool lingers) {
  registry_.retire(*this);
  if (session->is_open()) {
    world.judge.over(account);
    world.judge.closed(client, {.why = *conversation.cause(),
                                .bytes_in = conversation.bytes_in(),
                                .bytes_out = conversation.bytes_out()});
  }
  account.was_lingered_for = lingers;
  if (lingers) wire->end();
}

void Connection::close() {
  require(account.closings + account.keepings_out == 1, "closed before the observer is told");
  is_closed_ = true;
  const auto alive = registry_.open();  // this may be the last owner
  registry_.remove(*this);
  wire->close();
}

void Connection::note_settled() {
  if (!is_asked() || told_settled_ || !conversation.has_settled()) return;
  told_settled_ = true;
  registry_.settled(*this);
}

// A thread that serves no client says something.
void Connection::meanwhile() {
  if (!world.random.one_in(8)) return;
  void** const local = world.schedule.local();
  void* const before = local != nullptr ? std::exchange(*local, nullptr) : nullptr;
  world.judge.interrupt();
  if (local != nullptr) *local = before;
}

}  // namespace simulation
