#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sock {

class Mailbox;

/// Why a connection ended. Several causes can be true at once; the first one wins.
enum class End : std::uint8_t {
  peer_closed,  ///< end of stream: the peer closed, or half-closed
  lost,         ///< reset, or any other error of the connection
  idle,         ///< nothing moved in either direction for the idle time
  too_slow,     ///< the peer did not read what others sent it
  stopped,      ///< the server is stopping
  by_server,    ///< the protocol, or a limit, closed it
};

/// What a session did with the bytes it was offered.
struct Step {
  std::size_t consumed = 0;  ///< how many bytes of the input are done with
  bool close = false;        ///< write what is in `out`, then close; the rest of the input is void
};

/// Once `out` holds more than this, a session may leave the rest of its input for later.
inline constexpr std::size_t enough_output = 64 * 1024;

/// One connection's conversation, as its driver sees it: bytes in, bytes out.
///
/// A session never touches a socket, a thread or a clock. It lives as long as its connection and
/// has one caller at a time. Output is appended to the caller's buffer; the driver writes it
/// before it offers more input, so a peer that does not read is not read from (back-pressure).
/// What it throws ends its connection, as End::lost, and no other.
class Session {
 public:
  virtual ~Session() = default;

  /// Called once, before any input. `consumed` means nothing here.
  virtual Step on_open(std::string& out);

  /// Takes what one read delivered, or what is left of it. It may stop early once `out` holds more
  /// than `enough_output`: the driver then writes, and offers the rest again.
  virtual Step on_bytes(std::string_view in, std::string& out) = 0;

  /// Called once, before destruction. What is appended are the last words; they are sent unless
  /// the connection is lost or was cut (idle, too slow, the end of the grace).
  virtual void on_end(End why, std::string& out);

  /// Where others leave lines for this client; nullptr: nobody else writes to it. The same from
  /// the beginning, valid as long as the session; nobody pushes before on_open or after on_end.
  /// The driver writes what on_open said, then the lines as they come, and the last words last.
  virtual Mailbox* mailbox();
};

}  // namespace sock
