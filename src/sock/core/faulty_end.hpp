#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/system.hpp"
#include "sock/faults.hpp"
#include "sock/wait.hpp"

namespace sock {

/// One end of a connection that has faults: says what is to be done in place of what is right.
///
/// Whoever sends asks before each send(), and tells what was sent. Knows no socket; not
/// thread-safe.
class FaultyEnd {
 public:
  struct Verdict {
    enum class Kind : std::uint8_t {
      proceed,  ///< there is nothing to send, and nothing wrong with that
      send,     ///< these bytes, in place of as many of those that are ready
      discard,  ///< what is ready is thrown away
      wait,     ///< until then; then ask again
      close,    ///< the end of the stream, now
      reset,    ///< a reset, now
    };
    Kind kind = Kind::proceed;
    std::string_view bytes{};  ///< valid until the next call
    Clock::time_point until = no_deadline;
  };

  /// `faults` and `system` outlive it.
  FaultyEnd(const Faults& faults, const System& system) : faults_(faults), system_(system) {}

  /// `ready` is what is to be sent, perhaps nothing. Throws std::bad_alloc.
  Verdict judge(std::string_view ready);
  void sent(std::size_t bytes);

  /// It has ended, whether by a fault or not: nothing is wrong from now on.
  void finish() { is_over_ = true; }

  /// Whether nothing may be received.
  bool is_deaf() const { return faults_.deaf && !is_over_; }

  /// One that was done for the first time, each of them once; nothing: there is none.
  std::optional<Fault> take_news();
  const Faults& faults() const { return faults_; }

 private:
  Verdict wait(Clock::time_point until) const { return {Verdict::Kind::wait, {}, until}; }
  std::optional<Verdict> end();
  void note(bool is_done, Fault fault);
  Clock::time_point may_send_at();
  std::size_t most() const;

  const Faults& faults_;
  const System& system_;
  std::string changed_;
  std::uint64_t sent_ = 0;
  std::size_t left_ = 0;  // of what was ready last
  std::optional<Clock::time_point> ready_since_;
  Clock::time_point next_ = Clock::time_point::min();  // of drip and rate
  std::optional<Clock::time_point> waits_since_;       // for the peer's system, before a reset
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
