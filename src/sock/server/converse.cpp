// The thread reads, lets the session answer, and writes the whole answer before it reads again: a
// client that does not read its answers is not read from, and costs nobody but itself.

#include "server/converse.hpp"

#include <array>
#include <asio/buffer.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace sock {
namespace {

class Conversation {
 public:
  Conversation(Connection& connection, Traffic& traffic)
      : connection_(connection), traffic_(traffic) {}

  End hold() {
    std::array<char, read_size> buffer;  // NOLINT(*-member-init): read before it is looked at
    Step step = connection_.session->on_open(out_);
    if (!write_out()) return End::lost;
    while (!step.close) {
      const std::size_t most = traffic_.allowance();
      if (most == 0) break;  // there is a cause already
      auto in = read(asio::buffer(buffer, most));
      if (!in) return End::lost;
      if (in->empty()) return End::peer_closed;
      while (!in->empty() && !step.close) {
        step = connection_.session->on_bytes(*in, out_);
        if (!write_out()) return End::lost;
        in->remove_prefix(step.consumed);
      }
    }
    return End::by_server;
  }

  void say_goodbye(End why, bool may_write) {
    out_.clear();
    connection_.session->on_end(why, out_);
    if (may_write) write_out();
  }

 private:
  // Empty: the peer sends no more. Nothing: the connection is lost.
  std::optional<std::string_view> read(asio::mutable_buffer room) {
    asio::error_code ec;
    std::size_t bytes = 0;
    do {
      bytes = connection_.socket.read_some(room, ec);
    } while (ec == asio::error::interrupted);
    if (ec && ec != asio::error::eof) return std::nullopt;
    const std::string_view in(static_cast<const char*>(room.data()), bytes);
    if (bytes > 0) traffic_.read(in);
    return in;
  }

  // Writes everything in out_. False: the connection takes no more.
  bool write_out() {
    std::string_view left = out_;
    while (!left.empty()) {
      asio::error_code ec;
      const std::size_t bytes = connection_.socket.write_some(asio::buffer(left), ec);
      if (ec == asio::error::interrupted) continue;
      if (ec) return false;
      traffic_.wrote(left.substr(0, bytes));
      left.remove_prefix(bytes);
    }
    out_.clear();
    return true;
  }

  Connection& connection_;
  Traffic& traffic_;
  std::string out_;
};

}  // namespace

End converse(Connection& connection, Traffic& traffic) {
  Conversation conversation(connection, traffic);
  return hold_to_the_end(connection, conversation);
}

}  // namespace sock
