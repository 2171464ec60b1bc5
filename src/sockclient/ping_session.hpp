#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "options.hpp"
#include "ping_payload.hpp"
#include "ping_statistics.hpp"
#include "reason.hpp"
#include "sock/wait.hpp"

namespace sockclient {

/// What became of a ping, or came without one.
struct PingEvent {
  enum class Kind {
    answered,
    lost,    ///< also: answered wrongly
    again,   ///< an answer to a ping that had one already, or was lost
    foreign  ///< an answer to no ping of ours
  };
  Kind kind = Kind::answered;
  std::uint64_t number = 0;  ///< not of what is foreign
  std::size_t bytes = 0;
  sock::Clock::duration time{};   ///< since it was sent
  Reason reason = Reason::other;  ///< lost
  bool is_reordered = false;      ///< answered after a later one
  bool is_late = false;           ///< again: to one that was lost
};

/// How the pings of --ping went.
struct PingTotals {
  std::uint64_t sent = 0;
  std::uint64_t lost = 0;
  std::uint64_t wrong = 0;  ///< answers; a ping that has such a one is lost
  std::uint64_t reordered = 0;
  std::uint64_t doubled = 0;
  std::uint64_t late = 0;
  PingStatistics times;  ///< of the answered ones

  bool is_flawless() const { return lost == 0 && wrong == 0; }
};

/// --ping without its socket and its clock: what is sent when, and what an answer is worth.
///
/// A ping is sent each interval, whether or not the earlier ones have been answered; without an
/// interval, when none waits for its answer. Every byte of an answer is compared. Of a stream
/// answers are cut at their line ends, or after the size of a payload; what cannot be told to
/// belong to another ping is the answer to the one that waits longest. Of datagrams an answer may
/// come after a later one, twice, or after its ping was lost.
class PingSession {
 public:
  using Time = sock::Clock::time_point;

  enum class Carrier { stream, datagrams };

  /// `patience` is how long an answer is waited for; 0: for ever. No ping is due before `start`.
  PingSession(const PingOptions& options, Carrier carrier, std::chrono::milliseconds patience,
              std::uint32_t seed, Time start);

  /// A stream is connected, for the first time or again: no ping is due before `start`. What comes
  /// before one is sent answers none; it is passed over.
  void connected(Time start);

  /// When the next ping is to be sent; no_deadline: not before something has happened.
  Time next_at() const;

  /// The payload of the next ping; valid until anything else is called but sent().
  std::string_view next_payload() { return payload_.of(totals_.sent + 1); }

  /// It begins to be sent now.
  void sent(Time now);

  /// It cannot be sent, and is lost by that. The one after it is not due at once.
  void cannot_send(Reason why, Time now);

  /// What one read brought: of a stream any bytes, else a datagram.
  void received(std::string_view bytes, Time now);

  /// The connection is lost, and with it all pings that wait; if none was sent on it, the next one.
  /// No other is due at once.
  void lost_connection(Reason why, Time now);

  /// When the longest wait for an answer is over.
  Time deadline() const;

  /// Gives up what has waited too long; over a stream, all that waits: the rest of it would come
  /// behind. Returns whether anything has.
  bool give_up(Time now);

  /// All are sent, and each has been answered or is lost.
  bool is_over() const { return is_all_sent() && waiting_ == 0; }

  std::uint64_t waiting() const { return waiting_; }
  const PingTotals& totals() const { return totals_; }

  /// What has happened since the last call.
  std::vector<PingEvent> take_events() { return std::exchange(events_, {}); }

 private:
  enum class State : std::uint8_t { waiting, answered, lost };
  struct Ping {
    Time sent;
    State state = State::waiting;
  };

  bool is_all_sent() const { return options_.count && totals_.sent >= *options_.count; }
  bool is_stream() const { return carrier_ == Carrier::stream; }
  std::uint64_t oldest() const { return totals_.sent - pings_.size() + 1; }  // that is known
  std::size_t place_of(std::uint64_t number) const {
    return static_cast<std::size_t>(number - oldest());
  }
  Ping& ping(std::uint64_t number) { return pings_[place_of(number)]; }
  bool is_known(std::uint64_t number) const { return number >= oldest() && number <= totals_.sent; }

  void judge(std::string_view answer, Time now);
  void judge_wrong(std::string_view answer, Time now);
  void answered(std::uint64_t number, std::size_t bytes, Time now);
  void answered_again(std::uint64_t number, std::size_t bytes, Time now);
  void lose(std::uint64_t number, Reason why, Time now);
  // Why all that waits is lost: a beginning of a wrong answer may have come.
  Reason reason_of_first(Reason why);
  void forget_old();

  const PingOptions options_;
  const Carrier carrier_;
  const std::chrono::milliseconds patience_;
  PingPayload payload_;
  Time next_at_;
  std::deque<Ping> pings_;           // the last ones; totals_.sent is the number of the last
  std::uint64_t first_waiting_ = 1;  // none before it waits
  std::uint64_t waiting_ = 0;
  bool is_fresh_ = false;            // no ping was sent since connected()
  std::uint64_t last_answered_ = 0;  // the greatest number
  std::string part_;                 // of a stream: the beginning of an answer
  std::size_t seen_ = 0;             // so much of it has no line end in it
  PingTotals totals_;
  std::vector<PingEvent> events_;
};

}  // namespace sockclient
