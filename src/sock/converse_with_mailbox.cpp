// As converse.cpp, for a client to whom others write too. Its own answers still get back-pressure:
// nothing is read while anything is to be written. The lines of others cannot be held back; they
// wait in the mailbox, and a client that lets it overflow is ended.

#include <poll.h>

#include <array>
#include <asio/buffer.hpp>
#include <string_view>
#include <thread>

#include "sock/converse.hpp"
#include "sock/mailbox.hpp"
#include "sock/outbox.hpp"
#include "sock/wait.hpp"
#include "sock/wake_fd.hpp"

namespace sock {
namespace {

class Conversation {
 public:
  Conversation(Connection& connection, Traffic& traffic, Mailbox& mailbox)
      : connection_(connection), traffic_(traffic), mailbox_(mailbox) {
    mailbox_.on_wake([this] { wake_.notify(); });
    asio::error_code ec;
    connection_.socket.non_blocking(true, ec);
  }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  ~Conversation() { connection_.session.reset(); }  // its mailbox must not outlive wake_

  End hold() {
    std::array<char, read_size> buffer;  // NOLINT(*-member-init): read before it is looked at
    std::string_view in;                 // read, and not yet taken by the session
    Step step = connection_.session->on_open(outbox_.answers());
    for (;;) {
      if (mailbox_.overflowed()) return End::too_slow;
      outbox_.take(mailbox_);
      if (!write_some()) return End::lost;
      if (!outbox_.empty()) {
        wait(POLLOUT);
      } else if (step.close) {
        return End::by_server;
      } else if (!in.empty()) {
        step = connection_.session->on_bytes(in, outbox_.answers());
        in.remove_prefix(step.consumed);
        std::this_thread::yield();  // to those who have to write what was just said
      } else if (const std::size_t most = traffic_.allowance(); most == 0) {
        return End::by_server;  // the cause is known
      } else if (wait(POLLIN)) {
        asio::error_code ec;
        const std::size_t bytes = connection_.socket.read_some(asio::buffer(buffer, most), ec);
        if (ec == asio::error::eof) return End::peer_closed;
        if (ec && !is_transient(ec)) return End::lost;
        in = {buffer.data(), bytes};
        if (!in.empty()) traffic_.read(in);
      }
    }
  }

  void say_goodbye(End why) {
    const bool may_write = why != End::lost && why != End::too_slow;
    if (may_write) write_all();
    connection_.session->on_end(why, outbox_.answers());
    outbox_.take(mailbox_);
    if (may_write) write_all();
  }

 private:
  // Waits for the socket, or a line in the mailbox. True: the socket is ready, or in error.
  bool wait(short events) {
    std::array<pollfd, 2> polled{
        {{connection_.socket.native_handle(), events, 0}, {wake_.fd(), POLLIN, 0}}};
    ::poll(polled.data(), polled.size(), -1);
    if (polled[1].revents != 0) wake_.clear();
    return polled[0].revents != 0;
  }

  static bool is_transient(asio::error_code ec) {
    return ec == asio::error::would_block || ec == asio::error::interrupted;
  }

  // Writes what can be written without waiting. False: the connection takes no more.
  bool write_some() {
    while (!outbox_.empty()) {
      asio::error_code ec;
      const std::size_t bytes = connection_.socket.write_some(outbox_.gather(), ec);
      if (is_transient(ec)) return true;
      if (ec) return false;
      note_written(bytes);
      outbox_.consume(bytes);
    }
    return true;
  }

  void write_all() {
    while (write_some() && !outbox_.empty() && !mailbox_.overflowed()) wait(POLLOUT);
  }

  void note_written(std::size_t bytes) {
    for (const auto& buffer : outbox_.gather()) {
      const std::string_view text(static_cast<const char*>(buffer.data()), buffer.size());
      traffic_.wrote(text.substr(0, bytes));
      if (bytes <= text.size()) return;
      bytes -= text.size();
    }
  }

  Connection& connection_;
  Traffic& traffic_;
  Mailbox& mailbox_;
  WakeFd wake_;
  Outbox outbox_;
};

}  // namespace

End converse_with_mailbox(Connection& connection, Traffic& traffic, Mailbox& mailbox) {
  Conversation conversation(connection, traffic, mailbox);
  return hold_to_the_end(connection, conversation);
}

}  // namespace sock
