#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "sock/tcp_info.hpp"
#include "sock/wait.hpp"

namespace sock {

/// Reports the changes of a TCP connection, from samples of the system's state.
///
///     narrator.see(*stream.tcp_info(), Clock::now());
///     while (const auto change = narrator.next()) show(*change);
///
/// It begins with an established connection. It reports at most 20 changes per second: each kind
/// has a minimum interval, and the next report has the newest values. One thread at a time; uses no
/// socket and no clock.
class TcpNarrator {
 public:
  /// The program has written once.
  void wrote() { ++writes_; }
  /// The program is about to end its sending with a FIN. Call see() right before: if the next
  /// sample shows a FIN of the peer, we count as the first to end.
  void ending();
  /// The program ended its sending at some time since the last sample; `is_first`: the peer had not
  /// ended right before that.
  void ended(bool is_first = false) {
    has_ended_ = true;
    is_first_ = is_first_ || is_first;
  }
  /// The program is about to close the connection with a reset.
  void resetting() { resets_ = true; }

  void see(const TcpInfo& now, Clock::time_point when);

  /// The last sample, before the descriptor is closed. `is_lost`: a call on it has failed.
  void see_last(const TcpInfo& now, Clock::time_point when, bool is_lost);

  /// The changes since the last sample, one per call; nullopt when there are no more.
  std::optional<TcpChange> next();

 private:
  enum class Stage : std::uint8_t { open, closing, told };
  // Kinds of changes with a minimum interval.
  enum Kind : std::uint8_t { segments, window, rtt, kinds };

  bool is_time(Kind kind);
  bool is_reset() const;
  TcpCause cause() const;
  void note_first();
  bool has_full_window() const;
  bool has_new_state() const;
  bool has_new_segments() const;
  bool has_new_rtt() const;
  TimeWait time_wait() const;
  TcpChange change(TcpChange::What what) const;

  TcpInfo now_;
  Clock::time_point when_;
  std::uint64_t writes_ = 0;
  bool has_ended_ = false;
  bool is_lost_ = false;
  bool resets_ = false;
  Stage stage_ = Stage::open;
  bool is_first_ = false;            // the sample before our FIN saw no FIN of the peer
  std::optional<TimeWait> first_{};  // the side that closed first, once it is known

  // What was reported last.
  TcpState state_ = TcpState::established;
  std::uint64_t told_writes_ = 0;
  std::uint64_t told_segments_ = 0;
  bool is_full_ = false;
  std::optional<std::chrono::microseconds> told_rtt_{};
  std::array<Clock::time_point, kinds> told_at_{};  // Clock::time_point(): not yet
};

}  // namespace sock
