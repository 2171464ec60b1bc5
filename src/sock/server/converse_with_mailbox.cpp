// As converse.cpp, for a client to whom others write too. Its own answers still get back-pressure:
// nothing is read while anything is to be written. The lines of others cannot be held back; they
// wait in the mailbox, and a client that lets it overflow is ended.

#include <poll.h>

#include <algorithm>
#include <array>
#include <asio/buffer.hpp>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "server/converse.hpp"
#include "sock/wait.hpp"

namespace sock {
namespace {

constexpr std::size_t kept_capacity = 64 * 1024;

class Conversation {
 public:
  Conversation(Connection& connection, Traffic& traffic, Mailbox& mailbox)
      : connection_(connection), traffic_(traffic), mailbox_(mailbox) {
    mailbox_.on_wake([&wake = *connection.wake] { wake.notify(); });
    asio::error_code ec;
    connection_.socket.non_blocking(true, ec);
  }

  End hold() {
    std::array<char, member_read_size> buffer;  // NOLINT(*-member-init): read before looked at
    std::string_view in;                        // read, and not yet taken by the session
    Step step = connection_.session->on_open(out_);
    for (;;) {
      if (mailbox_.overflowed()) return End::too_slow;
      if (!write_some()) return End::lost;
      if (!out_.empty()) {
        wait(POLLOUT);
        continue;
      }
      if (!in.empty() && !step.close) {
        step = connection_.session->on_bytes(in, out_);
        in.remove_prefix(step.consumed);
        std::this_thread::yield();  // to those who have to write what was just said
        continue;
      }
      const std::size_t most = step.close ? 0 : std::min(traffic_.allowance(), buffer.size());
      if (most == 0) return End::by_server;  // unless there is a cause already
      if (!wait(POLLIN)) continue;
      asio::error_code ec;
      const std::size_t bytes = connection_.socket.read_some(asio::buffer(buffer, most), ec);
      if (ec == asio::error::eof) return End::peer_closed;
      if (ec && !is_transient(ec)) return End::lost;
      in = {buffer.data(), bytes};
      if (!in.empty()) traffic_.read(in);
    }
  }

  void say_goodbye(End why, bool may_write) {
    may_write = may_write && why != End::too_slow;
    try {
      if (may_write) write_all();
    } catch (const std::bad_alloc&) {  // the session is told of the end all the same
      may_write = false;
    }
    std::string last_words;
    connection_.session->on_end(why, last_words);
    take_lines();  // the last of them: the session has left
    out_ += last_words;
    if (may_write) write_all();
  }

 private:
  // Waits for the socket, or a line in the mailbox. True: the socket is ready, or in error.
  bool wait(short events) {
    std::array<pollfd, 2> polled{
        {{connection_.socket.native_handle(), events, 0}, {connection_.wake->fd(), POLLIN, 0}}};
    ::poll(polled.data(), polled.size(), -1);
    if (polled[1].revents != 0) connection_.wake->clear();
    return polled[0].revents != 0;
  }

  static bool is_transient(asio::error_code ec) {
    return ec == asio::error::would_block || ec == asio::error::interrupted;
  }

  // Writes answers and lines until there are none or the socket is full. When there are none, the
  // mailbox was seen empty, so that the next line wakes us. False: the connection takes no more.
  bool write_some() {
    for (;;) {
      while (written_ < out_.size()) {
        const std::string_view left = std::string_view(out_).substr(written_);
        asio::error_code ec;
        const std::size_t bytes = connection_.socket.write_some(asio::buffer(left), ec);
        if (is_transient(ec)) return true;
        if (ec) return false;
        traffic_.wrote(left.substr(0, bytes));
        written_ += bytes;
      }
      out_.clear();
      written_ = 0;
      if (out_.capacity() > kept_capacity) out_.shrink_to_fit();
      if (!take_lines()) return true;
    }
  }

  void write_all() {
    while (write_some() && !out_.empty() && !mailbox_.overflowed()) wait(POLLOUT);
  }

  // Many lines leave in one write: copying them is cheaper than a system call for a few.
  bool take_lines() {
    if (!mailbox_.take(lines_)) return false;
    for (const auto& line : lines_) out_ += *line;
    lines_.clear();
    return true;
  }

  Connection& connection_;
  Traffic& traffic_;
  Mailbox& mailbox_;
  std::string out_;          // answers, and lines after them
  std::size_t written_ = 0;  // of out_
  std::vector<Mailbox::Line> lines_;
};

}  // namespace

End converse_with_mailbox(Connection& connection, Traffic& traffic, Mailbox& mailbox) {
  Conversation conversation(connection, traffic, mailbox);
  return hold_to_the_end(connection, conversation);
}

}  // namespace sock
