#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace sock {

/// What one end of a connection does wrong, on purpose: what its peer sees. They combine, and are
/// about all that this end sends (answers, greetings, others' lines) and takes.
struct Faults {
  std::chrono::milliseconds delay{0};       ///< what is sent comes so long after it was ready
  std::size_t drip = 0;                     ///< pieces of so many bytes, each by itself; 0: whole
  std::chrono::milliseconds drip_pause{0};  ///< between two of them
  std::size_t rate = 0;                     ///< no more than so many bytes a second; 0: any number
  std::optional<std::uint64_t> close{};     ///< the end of the stream with this byte
  std::optional<std::uint64_t> reset{};     ///< a reset (RST) after so many bytes; of TCP only
  bool mute = false;                        ///< all is taken, nothing is answered
  bool deaf = false;                        ///< nothing is taken: the peer's writes have to wait
  bool no_accept = false;                   ///< a server's: connections stay in its backlog
  std::uint64_t flip = 0;                   ///< one bit is wrong in every so many bytes; 0: none
  unsigned share = 100;                     ///< percent of the connections that have the faults

  /// Whether a connection has one of them.
  bool any() const {
    return delay.count() > 0 || drip > 0 || rate > 0 || close || reset || mute || deaf || flip > 0;
  }
};

/// Whether one is among them that datagrams cannot have.
inline bool are_of_streams(Faults faults) {
  faults.mute = false;
  faults.flip = 0;
  return faults.any() || faults.no_accept;
}

/// One of them, as it is told of when it is done.
enum class Fault { delay, drip, rate, close, reset, mute, deaf, no_accept, flip };

}  // namespace sock
