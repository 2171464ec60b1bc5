// The blocking driver.
//
// The thread reads, lets the session answer, and writes the whole answer before it reads again: a
// client that does not read its answers is not read from, and costs nobody but itself.
//
// Others end a connection by noting a cause and shutting down receiving (stop) or both directions
// (cut), which wakes a blocked read or write. After a stop, what the client has sent so far is
// still owed an answer. It is what the system holds at that moment, and no more: a client that
// goes on sending could keep us for ever.

#include "sock/serve.hpp"

#include <algorithm>
#include <array>
#include <asio/buffer.hpp>
#include <chrono>
#include <exception>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "sock/lingering_close.hpp"
#include "sock/tcp_state.hpp"

namespace sock {
namespace {

constexpr std::size_t read_size = 64 * 1024;
constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

class Conversation {
 public:
  Conversation(Connection& connection, Observer& observer)
      : connection_(connection), observer_(observer) {}

  // Until one side ends it.
  End hold() {
    std::array<char, read_size> buffer;  // NOLINT(*-member-init): read before it is looked at
    Step step = connection_.session->on_open(out_);
    if (!write_out()) return connection_.settle(End::lost);
    std::size_t budget = no_limit;  // bytes still to be read
    while (!step.close) {
      if (budget == no_limit && connection_.cause()) budget = owed();
      if (budget == 0) return *connection_.cause();
      const std::span<char> room(buffer.data(), std::min(buffer.size(), budget));
      std::string_view in;
      if (!read(room, in)) return connection_.settle(End::lost);
      if (in.empty()) return connection_.settle(End::peer_closed);
      if (budget != no_limit) budget -= in.size();
      while (!in.empty() && !step.close) {
        step = connection_.session->on_bytes(in, out_);
        if (!write_out()) return connection_.settle(End::lost);
        in.remove_prefix(step.consumed);
      }
    }
    return connection_.settle(End::by_server);
  }

  // The session's last words, which are for nobody if the connection is lost.
  void say_goodbye(End why) {
    out_.clear();
    connection_.session->on_end(why, out_);
    if (why != End::lost) write_out();
  }

 private:
  bool read(std::span<char> room, std::string_view& in) {
    asio::error_code ec;
    std::size_t bytes = 0;
    do {
      bytes = connection_.socket.read_some(asio::buffer(room.data(), room.size()), ec);
    } while (ec == asio::error::interrupted);
    if (ec && ec != asio::error::eof) return false;
    in = {room.data(), bytes};
    if (bytes > 0) {
      note_activity();
      connection_.bytes_in.add(bytes);
      observer_.read(connection_.client, in);
    }
    return true;
  }

  // Writes everything in out_. False: the connection takes no more.
  bool write_out() {
    std::string_view left = out_;
    while (!left.empty()) {
      asio::error_code ec;
      const std::size_t bytes = connection_.socket.write_some(asio::buffer(left), ec);
      if (ec == asio::error::interrupted) continue;
      if (ec) return false;
      note_activity();
      connection_.bytes_out.add(bytes);
      observer_.wrote(connection_.client, left.substr(0, bytes));
      left.remove_prefix(bytes);
    }
    out_.clear();
    return true;
  }

  void note_activity() {
    if (active_) return;
    active_ = true;
    observer_.active(connection_.client);
  }

  std::size_t owed() {
    asio::error_code ec;
    return connection_.cause() == End::stopped ? connection_.socket.available(ec) : 0;
  }

  Connection& connection_;
  Observer& observer_;
  std::string out_;
  bool active_ = false;
};

// Whether the client may still be sending, or have words of ours to read, when it learns of the
// end. At a stop, a client that has been silent for a while does not keep the server.
bool is_to_linger(Connection& connection, End why) {
  return why == End::by_server ||
         (why == End::stopped && is_busy(connection.socket.native_handle()));
}

void linger(Connection& connection) {
  LingeringClose closing(connection.socket);
  while (!connection.is_cut() && !closing.done()) closing.wait();
}

Closing closing_of(const Connection& connection, End why) {
  using std::chrono::milliseconds;
  return {why, connection.bytes_in.value(), connection.bytes_out.value(),
          std::chrono::duration_cast<milliseconds>(Clock::now() - connection.since)};
}

}  // namespace

void serve(Connection& connection, Observer& observer) {
  Conversation conversation(connection, observer);
  End why = End::lost;
  try {
    why = conversation.hold();
    conversation.say_goodbye(why);
  } catch (const std::exception&) {  // out of memory, or a protocol that throws: this client only
    why = connection.settle(End::lost);
  }
  observer.closed(connection.client, closing_of(connection, why));
  if (is_to_linger(connection, why)) linger(connection);
}

}  // namespace sock
