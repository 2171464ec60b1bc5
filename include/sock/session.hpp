#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sock {

class Feed;

/// Why a connection ended. Several causes can be true at once; the first one wins.
enum class End : std::uint8_t {
  peer_closed,  ///< end of stream: the peer closed, or half-closed
  lost,         ///< reset, or any other error of the connection
  idle,         ///< nothing moved in either direction for the idle time
  too_slow,     ///< the peer did not read what others sent it
  stopped,      ///< the server is stopping
  by_server,    ///< the protocol, or a limit, closed it
};

/// What a session did when it was called.
struct Step {
  std::size_t consumed = 0;  ///< how many bytes of the input are done with
  bool close = false;        ///< send what is in `out`, then close; the rest of the input is void
  /// The consumed bytes are the answer, as they came. The driver sends them from where they are,
  /// behind what is in `out`.
  bool in_place = false;
  /// The peer has ended above TCP (in a layer's own way): as if the stream had ended.
  bool peer_ended = false;
  /// A datagram is answered: by what is in `out`, which may be empty, or in place.
  bool answered = false;
  /// Call on_silence() once no input has come for so long; 0: no such call. Each step says it anew.
  std::chrono::milliseconds silence{0};
  /// In place of `silence`: so long after the first of the steps in a row that say the same,
  /// whatever comes. Of a layer that the client has not got through.
  std::chrono::milliseconds limit{0};
};

/// Once `out` holds more than this, a session may leave the rest of its input for later.
inline constexpr std::size_t enough_output = 64 * 1024;

/// One connection's conversation, as its driver sees it: bytes in, bytes out.
///
/// A session never touches a socket, a thread or a clock. It lives as long as its connection and
/// has one caller at a time. Output is appended to the caller's buffer; the driver sends it
/// before it offers more input, so a peer that does not read is not read from (back-pressure).
/// An exception ends its connection, as End::lost, and no other.
class Session {
 public:
  virtual ~Session() = default;

  /// Called once, before any input. `consumed` means nothing here.
  virtual Step on_open(std::string& out);

  /// Takes what one read delivered, or what is left of it. It may stop early, so that a call stays
  /// short: the driver then sends, gives others their turn, and offers the rest again.
  virtual Step on_bytes(std::string_view in, std::string& out) = 0;

  /// Takes a datagram, which is a message, maybe an empty one; the answer is a datagram too. Of a
  /// peer that sends datagrams on_open() is not called, and what on_end() says is not sent. By
  /// default on_bytes().
  virtual Step on_datagram(std::string_view message, std::string& out);
  /// No input has come for the time that the last Step named. `consumed` means nothing here.
  virtual Step on_silence(std::string& out);

  /// Called once, before destruction. What is appended are the last words; they are sent unless
  /// the connection is lost or was cut (idle, too slow, the end of the grace).
  virtual void on_end(End why, std::string& out);

  /// What others say to this client; nullptr: nobody else writes to it. The same once the session
  /// is open, valid as long as the session. The driver sends what on_open said, then the lines as
  /// they come, and the last words last.
  virtual Feed* feed();

  // What a layer does besides: a session around another one (src/sock/layers/layer.hpp).

  /// Whether the client has got through to the protocol. By default true; once true, for ever.
  virtual bool is_open() const;
  /// Others' lines, or what on_end() said, stand in `out` from `begin` on, about to be sent: a
  /// layer may change them there.
  virtual void encode(std::string& out, std::size_t begin);
  /// After encode() of the last words: appends what tells the peer of our end besides the stream's.
  virtual void say_end(std::string& out);
  /// Whether the peer must not end the stream yet: it has not told of its end in the layer's way.
  virtual bool is_unfinished() const;

  /// How many bytes a second are read from this client; 0: as many as it sends. Four times as many
  /// may come at once after a pause.
  virtual std::size_t rate() const;
};

}  // namespace sock
