#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sock/faults.hpp"
#include "sock/wait.hpp"

namespace sock {

/// One end of a connection that has faults: says what is to be done in place of what is right.
///
/// Whoever sends asks before each send(2), and tells what was sent. Knows no socket and no clock:
/// times are given, and do not go back. Not thread-safe.
class FaultyEnd {
 public:
  struct Verdict {
    enum class Kind : std::uint8_t {
      proceed,  ///< there is nothing to send, and nothing wrong with that
      send,     ///< output(), in place of as many of the bytes that are ready
      discard,  ///< what is ready is thrown away
      wait,     ///< until then; then ask again
      close,    ///< the end of the stream, now
      reset,    ///< a reset, as soon as the peer's system has what was sent
    };
    Kind kind = Kind::proceed;
    Clock::time_point until = no_deadline;
  };

  /// `faults` outlives it.
  explicit FaultyEnd(const Faults& faults) : faults_(faults) {}

  /// `ready` is what is to be sent, perhaps nothing. Throws std::bad_alloc.
  Verdict judge(std::string_view ready, Clock::time_point now);
  /// What is to be sent, by the last verdict. Valid until the next call of judge(), and while what
  /// was ready is.
  std::string_view output() const { return output_; }
  /// So many bytes of output() were sent.
  void sent(std::size_t bytes, Clock::time_point now);

  /// Before a reset, which takes along what is still on its way: when to look again whether it has
  /// arrived. Nothing: it was waited for long enough (a peer whose window is full takes nothing).
  std::optional<Clock::time_point> waits_until(Clock::time_point now);

  /// It has ended, whether by a fault or not: nothing is wrong from now on.
  void finish() { is_over_ = true; }

  /// Whether nothing may be received.
  bool is_deaf() const { return faults_.deaf && !is_over_; }

  /// One that was done for the first time, each of them once; nothing: there is none.
  std::optional<Fault> take_news();
  const Faults& faults() const { return faults_; }

 private:
  std::optional<Verdict::Kind> end();
  void note(bool is_done, Fault fault);
  Clock::time_point may_send_at(Clock::time_point now);
  std::size_t most() const;

  const Faults& faults_;
  std::string_view output_;
  std::string changed_;
  std::uint64_t sent_ = 0;
  std::size_t left_ = 0;  // of what was ready last
  std::optional<Clock::time_point> ready_since_;
  Clock::time_point next_ = Clock::time_point::min();  // of drip and rate
  std::optional<Clock::time_point> waits_since_;       // before a reset
  unsigned done_ = 0, told_ = 0;                       // one bit for each Fault
  bool is_over_ = false;
};

/// Which connections have faults: `percent` of them, evenly spread.
class FaultShare {
 public:
  explicit FaultShare(unsigned percent) : percent_(percent) {}
  bool has_next() {
    const auto before = count_++ * percent_ / 100;
    return count_ * percent_ / 100 != before;
  }

 private:
  unsigned percent_;
  std::uint64_t count_ = 0;
};

}  // namespace sock
