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
  std::size_t consumed = 0;  ///< how many bytes of the input are used up
  bool close = false;  ///< send what is in `out`, then close; the rest of the input is ignored
  /// The consumed bytes, unchanged, are the answer. The driver sends them from the input buffer,
  /// after what is in `out`.
  bool in_place = false;
  /// The peer has ended in a layer's own way, above TCP: treat it as the end of the stream.
  bool peer_ended = false;
  /// The datagram is answered: by `out`, which may be empty, or in place.
  bool answered = false;
  /// Call on_silence() when no input has come for this long; 0: never. Every step sets it again.
  std::chrono::milliseconds silence{0};
  /// For a layer that the client has not passed, instead of `silence`: the time for passing it.
  /// Call on_silence() at its end, whatever input comes. It runs from the first step that sets it,
  /// as long as each step sets the same.
  std::chrono::milliseconds limit{0};
};

/// Once `out` holds more bytes than this, a session may leave the rest of its input for later.
inline constexpr std::size_t enough_output = 64 * 1024;

/// One connection's conversation, as its driver sees it: bytes in, bytes out.
///
/// A session uses no socket, thread or clock. It lives as long as its connection and has one caller
/// at a time. It appends output to the caller's buffer; the driver sends that before it offers more
/// input, so nothing is read from a peer that does not read (back-pressure). An exception ends this
/// connection only, as End::lost.
class Session {
 public:
  virtual ~Session() = default;

  /// Called once, before any input. `consumed` is ignored.
  virtual Step on_open(std::string& out);

  /// Takes the bytes of one read, or the rest of them. It may stop early to keep the call short:
  /// the driver then sends, gives other clients a turn, and offers the rest again.
  virtual Step on_bytes(std::string_view in, std::string& out) = 0;

  /// Takes one datagram: a message, which may be empty; the answer is one datagram too. For a
  /// datagram peer, on_open() is not called and the output of on_end() is not sent. By default
  /// calls on_bytes().
  virtual Step on_datagram(std::string_view message, std::string& out);
  /// No input has come for the time that the last Step set. `consumed` is ignored.
  virtual Step on_silence(std::string& out);

  /// Called once, before destruction. The appended bytes are the last words; they are sent unless
  /// the connection is lost or was cut (idle, too slow, the end of the grace).
  virtual void on_end(End why, std::string& out);

  /// The lines of other clients for this client; nullptr if there are none. Once the session is
  /// open, always returns the same feed, valid as long as the session. The driver sends the output
  /// of on_open() first, then the lines as they come, and the last words last.
  virtual Feed* feed();

  // More functions for a layer, a session around another one (src/sock/layers/layer.hpp).

  /// Whether the client has reached the protocol. By default true; once true, it stays true.
  virtual bool is_open() const;
  /// `out` holds, from `begin` on, others' lines or the output of on_end(), about to be sent. A
  /// layer may change them there.
  virtual void encode(std::string& out, std::size_t begin);
  /// Called after encode() of the last words: appends the layer's own end marker for the peer.
  virtual void say_end(std::string& out);
  /// Whether the peer must not end the stream yet: it has not sent the layer's own end marker.
  virtual bool is_unfinished() const;

  /// How many bytes per second are read from this client; 0: no limit. After a pause, four times as
  /// many may come at once.
  virtual std::size_t rate() const;
};

}  // namespace sock
