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

/// As `ss` and `netstat` write it: `ESTABLISHED`, `CLOSE_WAIT`.
std::string_view name_of(TcpState state) noexcept;

/// What the system says of a TCP connection at one moment (tcp(7), TCP_INFO). A field without a
/// value: it is not known yet, or the system does not tell it.
struct TcpInfo {
  /// A socket never says `time_wait`: after both FINs it is `closed`, and the system keeps the
  /// state without it.
  TcpState state = TcpState::closed;
  bool has_error = false;                   ///< of a closed one: the next call on the socket fails
  std::optional<std::uint64_t> segments{};  ///< with data, sent so far; repeated ones count again
  std::uint64_t retransmitted = 0;          ///< segments that were sent again
  std::uint64_t unanswered = 0;             ///< of the last ones, and of probes, in a row
  std::uint64_t in_flight = 0;              ///< segments that are not acknowledged
  std::optional<std::uint64_t> unsent{};    ///< bytes that wait to be sent
  std::optional<std::uint64_t> window{};    ///< bytes that the peer has room for, as it told last
  std::uint64_t unread = 0;                 ///< bytes that have come and were not received
  std::uint64_t segment_size = 0;           ///< bytes in the largest segment
  std::optional<std::chrono::microseconds> rtt{};  ///< smoothed
  std::optional<std::chrono::microseconds> least_rtt{};
};

/// Why a connection is in another state.
enum class TcpCause : std::uint8_t {
  none,
  peer_fin,              ///< the peer has sent its FIN
  our_fin,               ///< we have sent our FIN
  our_fin_acknowledged,  ///< the peer has acknowledged our FIN
  both_fins,             ///< both, between two looks
  reset,                 ///< the peer has reset it
  lost,                  ///< reset, or given up by the system after no answer for too long
};

/// Which side keeps the state TIME_WAIT: the one that has closed first (RFC 9293, 3.3.2).
enum class TimeWait : std::uint8_t {
  here,
  peer,
  both,     ///< both have closed at once
  none,     ///< the connection was reset, or is now: it is closed with bytes unread
  unknown,  ///< both have closed between two looks
  open,     ///< it is closed with bytes for which the peer has no room: a reset may be the end
};

/// One thing that the system says of a TCP connection, and that has changed.
struct TcpChange {
  enum class What : std::uint8_t {
    state,        ///< `before`, `now.state`, `why`
    segments,     ///< `writes`, `now.segments`, `now.retransmitted`
    window_full,  ///< the peer's window: it has no room, so it does not read
    window_open,  ///< and has room again
    rtt,          ///< `now.rtt` is known, or has changed by half
    end,          ///< the last one, before the close: all counts, and `time_wait`
  };
  What what = What::state;
  TcpInfo now{};
  TcpState before = TcpState::established;
  TcpCause why = TcpCause::none;
  TimeWait time_wait = TimeWait::unknown;
  std::uint64_t writes = 0;  ///< so far, by the program
};

}  // namespace sock
