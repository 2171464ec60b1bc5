// As converse.cpp and converse_with_mailbox.cpp, on an event loop: where they wait, this returns,
// and goes on when the loop calls again. The client's own answers get back-pressure: nothing is
// read while anything is to be written. The lines of others cannot be held back; they wait in the
// mailbox, and a client that lets it overflow is ended.
//
// Reading and writing use the loop's buffers, so that an idle client has none. What a full socket
// does not take, the client keeps until it does.

#include "server/serve_async.hpp"

#include <algorithm>
#include <asio/buffer.hpp>
#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "server/conclude.hpp"
#include "server/handler_memory.hpp"
#include "server/linger_async.hpp"

namespace sock {
namespace {

bool has_overflowed(const Mailbox* mailbox) { return mailbox != nullptr && mailbox->overflowed(); }

class Conversation final : public Served, public std::enable_shared_from_this<Conversation> {
 public:
  Conversation(std::unique_ptr<Connection> connection, EventLoop& loop)
      : connection_(std::move(connection)), traffic_(*connection_, loop.observer), loop_(loop) {}

  void proceed() noexcept override {
    is_in_turn_ = false;
    go_on();
  }

  // Before it is served.
  std::unique_ptr<Connection> give_back() { return std::move(connection_); }

 private:
  // What a full socket has not taken, and what was read before that.
  struct Stuck {
    std::string out;
    std::size_t written = 0;  // of out
    std::string in;           // not yet taken by the session
  };

  // Waiting for input, for as long as it may take, needs no memory but the client's own.
  struct OnInput {
    using allocator_type = HandlerAllocator<void>;
    allocator_type get_allocator() const { return allocator_type(self->memory_); }
    void operator()(asio::error_code) const {
      self->awaits_input_ = false;
      self->go_on();
    }
    std::shared_ptr<Conversation> self;
  };

  void go_on() noexcept;
  std::optional<End> hold() noexcept;
  void open();
  std::optional<End> converse();
  bool say_goodbye(End why) noexcept;
  void conclude(End why) noexcept;
  void go_on_soon();
  void wake() noexcept;

  enum class Got { input, nothing_yet, end, error };
  Got read(std::string_view& in, std::size_t most);
  bool write_some(Mailbox* mailbox);
  bool send(std::string_view out, std::size_t& written);
  bool take_lines(Mailbox* mailbox);
  bool has_written_all() noexcept;
  void await_input();
  void await_room();

  std::unique_ptr<Connection> connection_;
  Traffic traffic_;
  EventLoop& loop_;
  std::unique_ptr<Stuck> stuck_;
  HandlerMemory memory_;
  std::optional<End> end_;  // once there is one, only what is owed is still written
  bool is_open_ = false;
  bool closes_ = false;  // the session wants no more input
  bool said_goodbye_ = false;
  bool is_over_ = false;
  bool awaits_input_ = false;
  bool awaits_room_ = false;
  bool reads_again_ = false;  // without having been told that there is input
  bool is_lost_ = false;      // nothing can be written any more
  std::atomic<bool> is_in_turn_{false};
};

// The loop's buffers are left empty: the next client's are the same.
void Conversation::go_on() noexcept {
  if (is_over_) return;
  if (!end_) end_ = hold();
  if (end_ && say_goodbye(*end_)) conclude(*end_);
  loop_.out.clear();
  loop_.lines.clear();
}

// Holds the conversation until there is something to wait for (nothing), or to its end.
std::optional<End> Conversation::hold() noexcept try {
  if (!std::exchange(is_open_, true)) open();
  const auto why = converse();
  return why ? std::optional(connection_->settle(*why)) : std::nullopt;
} catch (...) {  // out of memory, or a bug of the protocol: this client only
  is_lost_ = true;
  return connection_->settle(End::lost);
}

void Conversation::open() {
  loop_.observer.connected(connection_->client);
  asio::error_code ec;
  connection_->socket.non_blocking(true, ec);
  if (auto* const mailbox = connection_->session->mailbox()) {
    mailbox->on_wake([this] { wake(); });
  }
  closes_ = connection_->session->on_open(loop_.out).close;
}

// Once a turn, however often it is asked for. From any thread.
void Conversation::go_on_soon() {
  if (is_in_turn_.exchange(true)) return;
  try {
    loop_.soon(shared_from_this());
  } catch (...) {
    is_in_turn_ = false;
    throw;
  }
}

// From any thread. Without memory for it nobody would wake this client any more; its end needs
// none, and wakes it.
void Conversation::wake() noexcept try { go_on_soon(); } catch (const std::exception&) {
  loop_.registry.cut(*connection_, End::lost);
}

std::optional<End> Conversation::converse() {
  const std::string kept = stuck_ ? std::move(stuck_->in) : std::string();
  std::string_view in = kept;
  Mailbox* const mailbox = connection_->session->mailbox();
  bool has_read = false;
  for (;;) {
    if (has_overflowed(mailbox)) return End::too_slow;
    if (!write_some(mailbox)) {
      is_lost_ = true;
      return End::lost;
    }
    if (stuck_) {
      stuck_->in = in;
      await_room();
      return {};
    }
    if (!in.empty() && !closes_) {
      const Step step = connection_->session->on_bytes(in, loop_.out);
      in.remove_prefix(step.consumed);
      closes_ = step.close;
      continue;
    }
    if (closes_) return End::by_server;
    if (awaits_input_) return {};
    if (has_read) {  // now it is the others' turn
      if (loop_.reading_again.is_worthwhile()) {
        reads_again_ = true;
        go_on_soon();
      } else {
        await_input();
      }
      return {};
    }
    const std::size_t most =
        std::min(traffic_.allowance(), (mailbox == nullptr ? read_size : member_read_size));
    if (most == 0) return End::by_server;  // unless there is a cause already
    switch (read(in, most)) {
      case Got::input:
        has_read = true;
        break;
      case Got::nothing_yet:
        await_input();
        return {};
      case Got::end:
        return End::peer_closed;
      case Got::error:
        return End::lost;
    }
  }
}

// What is owed, then the last words. True: all is written, or cannot be.
bool Conversation::say_goodbye(End why) noexcept {
  if (why == End::lost || why == End::too_slow) is_lost_ = true;
  if (!said_goodbye_) {
    if (!has_written_all()) return false;
    said_goodbye_ = true;
    try {
      std::string last_words;
      connection_->session->on_end(why, last_words);
      take_lines(connection_->session->mailbox());  // the last of them: the session has left
      loop_.out += last_words;
    } catch (...) {  // what was to be said could not be
      is_lost_ = true;
    }
  }
  return has_written_all();
}

void Conversation::conclude(End why) noexcept {
  is_over_ = true;
  stuck_.reset();
  auto& registry = loop_.registry;
  const auto closing = sock::conclude(*connection_, why, registry, loop_.observer);
  if (!closing) return release(*connection_, registry);
  try {
    linger_async(
        connection_->socket, *closing, [this] { return connection_->is_cut(); },
        [self = shared_from_this()] { release(*self->connection_, self->loop_.registry); });
  } catch (const std::exception&) {  // no memory for waiting
    release(*connection_, registry);
  }
}

Conversation::Got Conversation::read(std::string_view& in, std::size_t most) {
  asio::error_code ec;
  std::size_t bytes = 0;
  do {
    bytes = connection_->socket.read_some(asio::buffer(loop_.in, most), ec);
  } while (ec == asio::error::interrupted);
  if (std::exchange(reads_again_, false)) loop_.reading_again.note(!ec);
  if (ec == asio::error::would_block) return Got::nothing_yet;
  if (ec == asio::error::eof) return Got::end;
  if (ec) return Got::error;
  in = {loop_.in.data(), bytes};
  traffic_.read(in);
  return Got::input;
}

// Writes answers and lines until there are none or the socket is full; then we are stuck. When
// there are none, the mailbox was seen empty, so that the next line wakes us. False: the connection
// takes no more.
bool Conversation::write_some(Mailbox* mailbox) {
  if (stuck_) {
    if (!send(stuck_->out, stuck_->written)) return false;
    if (stuck_->written < stuck_->out.size()) return true;
    stuck_.reset();
  }
  do {
    std::size_t written = 0;
    if (!send(loop_.out, written)) return false;
    if (written < loop_.out.size()) {
      stuck_ = std::make_unique<Stuck>(Stuck{.out = loop_.out.substr(written), .in = {}});
    }
    loop_.out.clear();
  } while (!stuck_ && take_lines(mailbox));
  return true;
}

// Sends the rest of `out`, as much of it as the socket takes.
bool Conversation::send(std::string_view out, std::size_t& written) {
  while (written < out.size()) {
    const std::string_view left = out.substr(written);
    asio::error_code ec;
    const std::size_t bytes = connection_->socket.write_some(asio::buffer(left), ec);
    if (ec == asio::error::would_block) return true;
    if (ec == asio::error::interrupted) continue;
    if (ec) return false;
    traffic_.wrote(left.substr(0, bytes));
    written += bytes;
  }
  return true;
}

// Many lines leave in one write: copying them is cheaper than a system call for a few.
bool Conversation::take_lines(Mailbox* mailbox) {
  if (mailbox == nullptr || !mailbox->take(loop_.lines)) return false;
  for (const auto& line : loop_.lines) loop_.out += *line;
  loop_.lines.clear();
  return true;
}

// At the end. False: there is more to write, and it is waited for room.
bool Conversation::has_written_all() noexcept try {
  auto* const mailbox = connection_->session->mailbox();
  if (is_lost_ || !write_some(mailbox) || has_overflowed(mailbox)) is_lost_ = true;
  if (is_lost_ || !stuck_) return true;
  await_room();
  return false;
} catch (...) {  // no memory for what is to be written, or for waiting
  is_lost_ = true;
  return true;
}

void Conversation::await_input() {
  connection_->socket.async_wait(TcpSocket::wait_read, OnInput{shared_from_this()});
  awaits_input_ = true;
}

void Conversation::await_room() {
  if (awaits_room_) return;
  connection_->socket.async_wait(TcpSocket::wait_write,
                                 [self = shared_from_this()](asio::error_code) {
                                   self->awaits_room_ = false;
                                   self->go_on();
                                 });
  awaits_room_ = true;
}

}  // namespace

void serve_async(std::unique_ptr<Connection>& connection, EventLoop& loop) {
  const auto conversation = std::make_shared<Conversation>(std::move(connection), loop);
  try {
    loop.soon(conversation);
  } catch (const std::exception&) {
    connection = conversation->give_back();
    throw;
  }
}

}  // namespace sock
