#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace sock {

/// What one end of a connection does wrong on purpose, as its peer sees it. Faults combine, and
/// apply to everything that this end sends (answers, greetings, others' lines) and receives.
struct Faults {
  std::chrono::milliseconds delay{0};       ///< output is sent this long after it is ready
  std::size_t drip = 0;                     ///< send pieces of this many bytes each; 0: whole
  std::chrono::milliseconds drip_pause{0};  ///< between two pieces
  std::size_t rate = 0;                  ///< send at most this many bytes per second; 0: no limit
  std::optional<std::uint64_t> close{};  ///< end the stream after this many bytes
  std::optional<std::uint64_t> reset{};  ///< reset (RST) after this many bytes; TCP only
  bool mute = false;                     ///< receive everything, answer nothing
  bool deaf = false;                     ///< receive nothing: the peer's writes have to wait
  bool no_accept = false;                ///< servers only: connections stay in the backlog
  std::uint64_t flip = 0;                ///< change one bit in every `flip` bytes; 0: never
  unsigned share = 100;                  ///< percent of the connections that have the faults

  /// Whether any fault of a connection is set.
  bool any() const {
    return delay.count() > 0 || drip > 0 || rate > 0 || close || reset || mute || deaf || flip > 0;
  }
};

/// Whether `faults` has one that datagrams cannot have.
inline bool need_a_stream(Faults faults) {
  faults.mute = false;
  faults.flip = 0;
  return faults.any() || faults.no_accept;
}

/// One fault, as it is reported when it happens.
enum class Fault { delay, drip, rate, close, reset, mute, deaf, no_accept, flip };

}  // namespace sock
