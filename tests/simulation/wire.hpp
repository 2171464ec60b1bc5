#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>

#include "net/transfer.hpp"
#include "simulation/random.hpp"
#include "simulation/schedule.hpp"

namespace simulation {

/// A connection. Over TCP, it has two buffers in each direction, of given sizes, and resets.
///
/// A reset does the greatest possible harm: its receiver loses what it has not read (RFC 1122,
/// 4.2.2.13). On a UNIX socket, sent bytes are readable at once, a close never costs the client
/// received bytes, and the server's system knows less: what the client has read only in whole
/// blocks, as they were sent, and no times.
class Wire {
 public:
  struct Sizes {
    std::size_t server_in, server_out, client_in;
  };
  Wire(Random& random, const Schedule& schedule, Sizes sizes, bool is_local)
      : random_(random),
        schedule_(schedule),
        sizes_(sizes),
        is_local_(is_local),
        moved_at_(schedule.now()) {}

  // Calls of the client.
  void write(std::string_view bytes);
  bool is_all_taken() const { return client_out_.empty(); }
  void end_writing() { client_ended_ = true; }
  void reset();
  std::size_t readable() const { return client_in_.size(); }
  std::string read(std::size_t most);
  bool has_ended() const { return server_ended_ && server_out_.empty() && client_in_.empty(); }
  bool was_reset() const { return client_was_reset_; }
  /// There is nothing more to wait for, also for a client that does not read.
  bool is_over() const { return has_ended() || was_reset() || was_lost() || server_closed_; }
  /// The client's program has ended.
  void leave();

  // Calls of the server.
  sock::Transfer receive(std::span<char> buffer);
  sock::Transfer send(std::string_view bytes);
  void end() { server_ended_ = true; }
  void shut();
  void close();

  // Information from the server's system.
  bool is_readable() const;
  // As on Linux: only if enough room is free.
  bool is_writable() const {
    if (was_lost_ || is_shut_) return true;
    return is_local_ ? client_in_.size() * 4 <= sizes_.client_in : room() * 3 >= sizes_.server_out;
  }
  std::size_t unread() const { return server_in_.size(); }
  bool is_held_up() const { return !is_local_ && !client_out_.empty(); }
  std::uint64_t acknowledged() const { return acknowledged_; }
  bool has_unacknowledged() const { return !(is_local_ ? client_in_ : server_out_).empty(); }
  bool is_busy() const {
    return !is_local_ && schedule_.now() - moved_at_ < std::chrono::seconds(1);
  }
  bool was_lost() const { return was_lost_; }

 private:
  std::size_t room() const;
  void pump();

  Random& random_;
  const Schedule& schedule_;
  const Sizes sizes_;
  const bool is_local_;
  std::deque<std::size_t> blocks_;  // of client_in_, as they were sent
  std::string client_out_, server_in_, server_out_, client_in_;
  std::uint64_t acknowledged_ = 0;
  Clock::time_point moved_at_;
  bool client_ended_ = false, client_left_ = false, client_was_reset_ = false;
  bool server_ended_ = false, server_closed_ = false, is_shut_ = false;
  bool was_lost_ = false;  // for the server
};

}  // namespace simulation
