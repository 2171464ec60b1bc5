#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sock {

/// The states of a connection (RFC 9293, 3.3.2), with the system's numbers (tcp(7)).
enum class TcpState : std::uint8_t {
  established = 1,
  syn_sent,
  syn_received,
  fin_wait_1,
  fin_wait_2,
  time_wait,
  closed,
  close_wait,
  last_ack,
  listen,
  closing,
};

/// The name that netstat(8) uses: `ESTABLISHED`, `CLOSE_WAIT`.
std::string_view name_of(TcpState state) noexcept;

/// The system's state of a TCP connection at one moment (tcp(7), TCP_INFO). A field without a value
/// is not known yet, or the system does not report it.
struct TcpInfo {
  /// Never `time_wait`: after both FINs a socket reports `closed`, and the system keeps the
  /// TIME_WAIT state without the socket.
  TcpState state = TcpState::closed;
  bool has_error = false;                   ///< if closed: the next call on the socket fails
  std::optional<std::uint64_t> segments{};  ///< data segments sent so far, repeated ones too
  std::uint64_t retransmitted = 0;          ///< segments that were sent again
  std::uint64_t unanswered = 0;           ///< retransmissions and probes in a row without an answer
  std::uint64_t in_flight = 0;            ///< segments that are not acknowledged yet
  std::optional<std::uint64_t> unsent{};  ///< bytes that wait to be sent
  std::optional<std::uint64_t> window{};  ///< bytes that the peer has room for: its last window
  std::uint64_t unread = 0;               ///< bytes that have arrived and are not read yet
  std::uint64_t segment_size = 0;         ///< bytes in the largest segment
  std::optional<std::chrono::microseconds> rtt{};  ///< round-trip time, smoothed
  std::optional<std::chrono::microseconds> least_rtt{};
};

/// Why the state of a connection changed.
enum class TcpCause : std::uint8_t {
  none,
  peer_fin,              ///< the peer has sent its FIN
  our_fin,               ///< we have sent our FIN
  our_fin_acknowledged,  ///< the peer has acknowledged our FIN
  both_fins,             ///< both FINs, between two samples
  reset,                 ///< the peer has reset it
  lost,                  ///< reset, or given up by the system after too long without an answer
};

/// Which side keeps the state TIME_WAIT: the side that closed first (RFC 9293, 3.3.2).
enum class TimeWait : std::uint8_t {
  here,
  peer,
  both,     ///< both have closed at once
  none,     ///< the connection was reset, or is reset now: it is closed with bytes unread
  unknown,  ///< both have closed between two samples
  open,     ///< it is closed with unsent bytes while the peer has no room: it may end with a reset
};

/// One change in the system's state of a TCP connection.
struct TcpChange {
  enum class What : std::uint8_t {
    state,        ///< `before`, `now.state`, `why`
    segments,     ///< `writes`, `now.segments`, `now.retransmitted`
    window_full,  ///< the peer's window has no room: the peer does not read
    window_open,  ///< the peer's window has room again
    rtt,          ///< `now.rtt` is known, or has changed by half
    end,          ///< the last change, before the close: all counts and `time_wait`
  };
  What what = What::state;
  TcpInfo now{};
  TcpState before = TcpState::established;
  TcpCause why = TcpCause::none;
  TimeWait time_wait = TimeWait::unknown;
  std::uint64_t writes = 0;  ///< write calls of the program so far
};

}  // namespace sock
