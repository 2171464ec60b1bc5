#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sock/faults.hpp"
#include "sock/wait.hpp"

namespace sock {

/// One end of a connection with faults: says what to do instead of the right thing.
///
/// The sender calls judge() before each send(2), and sent() after it. Uses no socket and no clock:
/// the caller passes the time, which must not go back. Not thread-safe.
class FaultyEnd {
 public:
  struct Verdict {
    enum class Kind : std::uint8_t {
      proceed,  ///< there is nothing to send, and no fault to inject
      send,     ///< send output(); it replaces as many of the ready bytes
      discard,  ///< throw the ready bytes away
      wait,     ///< wait until `until`, then ask again
      close,    ///< end the stream now
      reset,    ///< reset, as soon as the peer's system has the sent bytes
    };
    Kind kind = Kind::proceed;
    Clock::time_point until = no_deadline;
  };

  /// `faults` must outlive it.
  explicit FaultyEnd(const Faults& faults) : faults_(faults) {}

  /// `ready`: the bytes to be sent; may be empty. Throws std::bad_alloc.
  Verdict judge(std::string_view ready, Clock::time_point now);
  /// The bytes to send, by the last verdict. Valid until the next call of judge(), and as long as
  /// the ready bytes.
  std::string_view output() const { return output_; }
  /// `bytes` bytes of output() were sent.
  void sent(std::size_t bytes, Clock::time_point now);

  /// Before a reset, which would destroy bytes on their way: when to check again whether they have
  /// arrived. Returns nullopt after 1 s of waiting (a peer whose window is full takes nothing).
  std::optional<Clock::time_point> waits_until(Clock::time_point now);

  /// The connection has ended, by a fault or not: no faults from now on.
  void finish() { is_over_ = true; }

  /// Whether nothing may be received.
  bool is_deaf() const { return faults_.deaf && !is_over_; }

  /// A fault that has happened for the first time, each once; nullopt if there is no new one.
  std::optional<Fault> take_news();
  const Faults& faults() const { return faults_; }

 private:
  std::optional<Verdict::Kind> end();
  void note(bool is_done, Fault fault);
  Clock::time_point may_send_at(Clock::time_point now);
  std::size_t most_bytes() const;

  const Faults& faults_;
  std::string_view output_;
  std::string changed_;
  std::uint64_t sent_ = 0;
  std::size_t left_ = 0;  // bytes of the last `ready` that are not sent
  std::optional<Clock::time_point> ready_since_;
  Clock::time_point next_ = Clock::time_point::min();  // when drip and rate allow the next send
  std::optional<Clock::time_point> waits_since_;       // before a reset
  unsigned done_ = 0, told_ = 0;                       // one bit for each Fault
  bool is_over_ = false;
};

/// Chooses the connections that have faults: `percent` of them, evenly spread.
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
