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

/// The result of a ping, or an answer without one.
struct PingEvent {
  enum class Kind {
    answered,
    lost,    ///< also by a wrong answer
    again,   ///< an answer to a ping that was already answered or lost
    foreign  ///< an answer to none of our pings
  };
  Kind kind = Kind::answered;
  std::uint64_t number = 0;  ///< not for foreign
  std::size_t bytes = 0;
  sock::Clock::duration time{};   ///< since it was sent
  Reason reason = Reason::other;  ///< for lost
  bool is_reordered = false;      ///< for answered: a later ping was answered before
  bool is_late = false;           ///< for again: the ping was lost
};

struct PingTotals {
  std::uint64_t sent = 0;
  std::uint64_t lost = 0;
  std::uint64_t wrong = 0;  ///< answers; a ping with a wrong answer is lost
  std::uint64_t reordered = 0;
  std::uint64_t doubled = 0;
  std::uint64_t late = 0;
  PingStatistics times;  ///< of answered pings

  bool is_flawless() const { return lost == 0 && wrong == 0; }
};

/// --ping without its socket and its clock: when to send, and how to count an answer.
///
/// A ping is sent each interval, whether or not earlier ones have been answered; without an
/// interval, when no ping waits for its answer. Every byte of an answer is compared. In a stream,
/// answers are split at their line ends, or after the size of a payload; an answer that does not
/// clearly belong to another ping counts for the one that has waited longest. As a datagram, an
/// answer may come after a later one, twice, or after its ping was lost.
class PingSession {
 public:
  using Time = sock::Clock::time_point;

  enum class Carrier { stream, datagrams };

  /// `answer_limit` is how long to wait for an answer; 0: for ever. No ping is due before `start`.
  PingSession(const PingOptions& options, Carrier carrier, std::chrono::milliseconds answer_limit,
              std::uint32_t seed, Time start);

  /// A stream is connected, for the first time or again: no ping is due before `start`. Bytes that
  /// come before the first ping is sent are ignored.
  void connected(Time start);

  /// When to send the next ping; no_deadline: only after another event.
  Time next_at() const;

  /// The payload of the next ping; valid until any other call than sent().
  std::string_view next_payload() { return payload_.of(totals_.sent + 1); }

  /// The sending of the next ping begins now.
  void sent(Time now);

  /// The next ping cannot be sent and is lost. The one after it is not due at once.
  void cannot_send(Reason why, Time now);

  /// What one read returned: any bytes of a stream, or one datagram.
  void received(std::string_view bytes, Time now);

  /// The connection is lost, and with it all waiting pings; if none was sent on it, the next one.
  /// The following ping is not due at once.
  void lost_connection(Reason why, Time now);

  /// When the ping that has waited longest is given up.
  Time deadline() const;

  /// Gives up pings that have waited too long; in a stream, all waiting pings, because their
  /// answers would come after the missing one. Returns whether any was given up.
  bool give_up(Time now);

  /// All pings are sent, and each is answered or lost.
  bool is_over() const { return is_all_sent() && waiting_ == 0; }

  std::uint64_t waiting() const { return waiting_; }
  const PingTotals& totals() const { return totals_; }

  /// The events since the last call.
  std::vector<PingEvent> take_events() { return std::exchange(events_, {}); }

 private:
  enum class State : std::uint8_t { waiting, answered, lost };
  struct Ping {
    Time sent;
    State state = State::waiting;
  };

  bool is_all_sent() const { return options_.count && totals_.sent >= *options_.count; }
  bool is_stream() const { return carrier_ == Carrier::stream; }
  std::uint64_t oldest() const { return totals_.sent - pings_.size() + 1; }  // remembered
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
  // The reason why all waiting pings are lost: the beginning of a wrong answer may have come.
  Reason reason_of_first(Reason why);
  void forget_old();

  const PingOptions options_;
  const Carrier carrier_;
  const std::chrono::milliseconds answer_limit_;
  PingPayload payload_;
  Time next_at_;
  std::deque<Ping> pings_;           // the latest; the last has the number totals_.sent
  std::uint64_t first_waiting_ = 1;  // no ping before it is waiting
  std::uint64_t waiting_ = 0;
  bool is_fresh_ = false;            // no ping was sent since connected()
  std::uint64_t last_answered_ = 0;  // the highest number
  std::string part_;                 // of a stream: the beginning of an answer
  std::size_t seen_ = 0;             // bytes of part_ already searched: they hold no line end
  PingTotals totals_;
  std::vector<PingEvent> events_;
};

}  // namespace sockclient
